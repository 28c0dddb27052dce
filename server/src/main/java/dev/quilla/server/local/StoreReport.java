package dev.quilla.server.local;

import dev.quilla.etcd.EtcdStatus;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the members of a local store are, in lines or in JSON. */
final class StoreReport {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ClusterDirectory directory;

    StoreReport(ClusterDirectory directory) {
        this.directory = directory;
    }

    void print(PrintStream out, boolean json) throws IOException {
        if (!Files.exists(directory.storeSpec())) {
            throw new LocalClusterException(
                    "no store in " + directory.root() + ": start one with quilla store --dir");
        }
        StoreSpec spec = StoreSpec.read(directory.storeSpec());
        List<Map<String, @Nullable Object>> members = new ArrayList<>();
        for (String name : spec.names()) {
            members.add(member(spec, name));
        }
        if (json) {
            Map<String, @Nullable Object> report = new LinkedHashMap<>();
            report.put("members", members);
            out.println(new String(JsonTree.write(report), StandardCharsets.UTF_8));
            return;
        }
        for (Map<String, @Nullable Object> member : members) {
            out.println(line(member));
        }
    }

    private Map<String, @Nullable Object> member(StoreSpec spec, String name) throws IOException {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("name", name);
        facts.put("port", spec.clientPort(name));
        Optional<EtcdStatus> status =
                EtcdStatus.ask(
                        "127.0.0.1", spec.clientPort(name), spec.clientTls(directory), PATIENCE);
        if (status.isEmpty()) {
            facts.put("role", "not answering");
            return facts;
        }
        EtcdStatus found = status.get();
        facts.put("role", found.leads() ? "leader" : "follower");
        facts.put("raftTerm", found.term());
        facts.put("appliedIndex", found.appliedIndex());
        facts.put("revision", found.revision());
        facts.put("diskBytes", found.diskBytes());
        facts.put("stateBytes", found.stateBytes());
        if (!found.problems().isEmpty()) {
            facts.put("problems", found.problems());
        }
        return facts;
    }

    private static String line(Map<String, @Nullable Object> facts) {
        StringBuilder line = new StringBuilder(String.valueOf(facts.get("name")));
        for (Map.Entry<String, @Nullable Object> fact : facts.entrySet()) {
            if (!fact.getKey().equals("name")) {
                line.append("  ").append(fact.getKey()).append('=').append(fact.getValue());
            }
        }
        return line.toString();
    }
}
