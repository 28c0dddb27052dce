package dev.quilla.server.local;

import dev.quilla.apiserver.http.Health;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Node;
import dev.quilla.server.config.ConfigException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a local cluster is, for people and for scripts. */
final class StatusReport {

    private final ClusterDirectory directory;

    StatusReport(ClusterDirectory directory) {
        this.directory = directory;
    }

    void print(PrintStream out, boolean json) {
        if (!Files.exists(directory.spec())) {
            throw new LocalClusterException(
                    "no cluster in " + directory.root() + ": start one with quilla up");
        }
        ClusterSpec spec = readSpec();
        Map<String, @Nullable Object> report = report(spec);
        if (json) {
            out.println(new String(JsonTree.write(report), StandardCharsets.UTF_8));
            return;
        }
        for (String part : List.of("masters", "workers")) {
            if (report.get(part) instanceof List<?> list) {
                list.forEach(entry -> out.println(line((Map<?, ?>) entry)));
            }
        }
    }

    private ClusterSpec readSpec() {
        try {
            return ClusterSpec.read(directory.spec());
        } catch (ConfigException e) {
            throw new LocalClusterException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String line(Map<?, ?> entry) {
        return entry.entrySet().stream()
                .map(e ->
                        e.getKey().equals("name") ? e.getValue() : e.getKey() + "=" + e.getValue())
                .map(String::valueOf)
                .collect(Collectors.joining("  "));
    }

    private Map<String, @Nullable Object> report(ClusterSpec spec) {
        List<Map<String, @Nullable Object>> masters = new ArrayList<>();
        List<String> answering = new ArrayList<>();
        for (String name : spec.masterNames()) {
            masters.add(master(spec, name, answering));
        }
        Set<String> ready = readyNodes(answering);
        List<Map<String, @Nullable Object>> workers = new ArrayList<>();
        for (String name : spec.workerNames()) {
            Map<String, @Nullable Object> worker = new LinkedHashMap<>();
            worker.put("name", name);
            worker.put("pid", pid(name));
            worker.put("ready", ready.contains(name));
            workers.add(worker);
        }
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("masters", masters);
        report.put("workers", workers);
        report.put("runtime", spec.runtime().name().toLowerCase(Locale.ROOT));
        report.put("network", spec.network().name().toLowerCase(Locale.ROOT));
        report.put("version", Health.VERSION);
        return report;
    }

    private Map<String, @Nullable Object> master(
            ClusterSpec spec, String name, List<String> answering) {
        String url = spec.masterUrl(name);
        Map<String, @Nullable Object> master = new LinkedHashMap<>();
        master.put("name", name);
        Long pid = pid(name);
        master.put("pid", pid);
        master.put("url", url);
        if (pid == null) {
            return master;
        }
        try (Transport transport = AdminTransport.to(directory, List.of(url))) {
            Optional<MasterStatus> status = MasterStatus.ask(transport);
            status.ifPresent(s -> {
                answering.add(url);
                master.put("role", s.role());
                master.put("raftTerm", s.raftTerm());
                master.put("appliedIndex", s.appliedIndex());
            });
        }
        return master;
    }

    private Set<String> readyNodes(List<String> urls) {
        if (urls.isEmpty()) {
            return Set.of();
        }
        try (Transport transport = AdminTransport.to(directory, urls)) {
            return new ApiClient(transport)
                    .resource(Resources.NODES).list(ListOptions.ALL).items().stream()
                            .filter(StatusReport::isReady)
                            .map(Node::name)
                            .collect(Collectors.toSet());
        } catch (ApiException | TransportException e) {
            return Set.of();
        }
    }

    static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
    }

    private @Nullable Long pid(String process) {
        return directory.process(process).handle().map(ProcessHandle::pid).orElse(null);
    }
}
