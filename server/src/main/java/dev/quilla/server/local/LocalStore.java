package dev.quilla.server.local;

import dev.quilla.client.pki.CertificateAuthority;
import dev.quilla.client.pki.CertificateRequest;
import dev.quilla.server.demo.Trees;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A store whose members are processes of this machine, served to etcd's clients. */
final class LocalStore {

    private static final Duration STOP = Duration.ofSeconds(15);
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final int HEAP_MEGABYTES = 1024;

    private final ClusterDirectory directory;
    private final Processes processes;
    private final PrintStream out;

    LocalStore(ClusterDirectory directory, Processes processes, PrintStream out) {
        this.directory = directory;
        this.processes = processes;
        this.out = out;
    }

    /** Starts what does not run, and returns when every member serves. */
    void up(StoreSpec wanted, Duration timeout) throws IOException, InterruptedException {
        StoreSpec spec = specOf(wanted);
        if (!spec.plaintext()) {
            createWhatIsMissing(spec);
        }
        try (StoreReadiness readiness = new StoreReadiness(directory, spec)) {
            new Startup(processes, members(spec), directory.logs(), out)
                    .run(readiness::missing, timeout);
        }
        out.println("ready: " + command(spec));
    }

    private List<Startup.Member> members(StoreSpec spec) {
        List<Startup.Member> members = new ArrayList<>();
        for (int i = 0; i < spec.members(); i++) {
            int index = i;
            String name = spec.names().get(i);
            members.add(
                    new Startup.Member(
                            name,
                            () -> {
                                HostAddress.checkFree(spec.clientPort(index));
                                writeConfig(spec, index);
                                processes.start(name, "store", HEAP_MEGABYTES);
                            }));
        }
        return members;
    }

    /** Stops all members and keeps their data, unless that is to go too. */
    void stop(boolean purge) throws IOException {
        if (!Files.exists(directory.storeSpec())) {
            throw new LocalClusterException(
                    "no store in " + directory.root() + ": start one with quilla store --dir");
        }
        StoreSpec spec = StoreSpec.read(directory.storeSpec());
        List<LocalProcess> members = spec.names().stream().map(directory::process).toList();
        members.forEach(LocalProcess::terminate);
        members.forEach(m -> m.awaitEnd(STOP));
        if (purge) {
            for (String name : spec.names()) {
                Trees.delete(directory.data(name));
            }
            Trees.delete(directory.logs());
            Trees.delete(directory.pki());
            Trees.delete(directory.storeSpec());
            directory.removeIfEmpty();
        }
        out.println("stopped");
    }

    private StoreSpec specOf(StoreSpec wanted) throws IOException {
        Path file = directory.storeSpec();
        if (Files.exists(file)) {
            return StoreSpec.read(file);
        }
        if (wanted.members() < 1 || wanted.members() > ClusterSpec.MASTERS_MAX) {
            throw new LocalClusterException(
                    "--members must be from 1 to " + ClusterSpec.MASTERS_MAX);
        }
        wanted.write(file);
        return wanted;
    }

    private void createWhatIsMissing(StoreSpec spec) throws IOException {
        Path pki = directory.pki();
        Files.createDirectories(pki);
        CertificateAuthority authority =
                Files.exists(pki.resolve("ca.key"))
                        ? CertificateAuthority.load(
                                pki.resolve("ca.crt"),
                                pki.resolve("ca.key"),
                                InstantSource.system())
                        : create(spec, pki);
        for (String name : spec.names()) {
            issue(
                    authority,
                    name,
                    CertificateRequest.peer(
                            name, List.of("localhost", name), List.of("127.0.0.1")));
        }
        issue(authority, "client", CertificateRequest.client("client", List.of()));
    }

    private static CertificateAuthority create(StoreSpec spec, Path pki) throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create(
                        "quilla-store-" + spec.clusterId(), CA_VALIDITY, InstantSource.system());
        authority.save(pki.resolve("ca.crt"), pki.resolve("ca.key"));
        return authority;
    }

    private void issue(CertificateAuthority authority, String name, CertificateRequest request)
            throws IOException {
        Path key = directory.pki().resolve(name + ".key");
        if (!Files.exists(key)) {
            authority.issue(request).save(directory.pki().resolve(name + ".crt"), key);
        }
    }

    private void writeConfig(StoreSpec spec, int index) throws IOException {
        String name = spec.names().get(index);
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < spec.members(); i++) {
            members.append(
                    "- {name: %s, host: 127.0.0.1, peerPort: %d, clientPort: %d}\n"
                            .formatted(spec.names().get(i), spec.peerPort(i), spec.clientPort(i)));
        }
        Path file = directory.config(name);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                name: %s
                clusterId: "%s"
                dataDir: "%s"
                %s
                members:
                %s\
                """
                        .formatted(
                                name,
                                spec.clusterId(),
                                directory.data(name).resolve("raft"),
                                spec.plaintext()
                                        ? "plaintext: true"
                                        : "pkiDir: \"%s\"".formatted(directory.pki()),
                                members));
    }

    /** What to type next. */
    private String command(StoreSpec spec) {
        String endpoints =
                IntStream.range(0, spec.members())
                        .mapToObj(i -> "127.0.0.1:" + spec.clientPort(i))
                        .collect(Collectors.joining(","));
        Path pki = directory.pki();
        String tls =
                spec.plaintext()
                        ? ""
                        : " --cacert %s --cert %s --key %s"
                                .formatted(
                                        pki.resolve("ca.crt"),
                                        pki.resolve("client.crt"),
                                        pki.resolve("client.key"));
        return "etcdctl --endpoints " + endpoints + tls + " endpoint status -w table";
    }
}
