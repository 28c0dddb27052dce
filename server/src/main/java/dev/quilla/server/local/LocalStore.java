package dev.quilla.server.local;

import dev.quilla.client.pki.CertificateAuthority;
import dev.quilla.client.pki.CertificateRequest;
import dev.quilla.etcd.EtcdProbe;
import dev.quilla.server.demo.Trees;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A store whose members are processes of this machine, served to etcd's clients. */
final class LocalStore {

    private static final Duration STOP = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final int HEAP_MEGABYTES = 1024;

    private final ClusterDirectory directory;
    private final PrintStream out;

    LocalStore(ClusterDirectory directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    /** Starts what does not run, and returns when every member serves. */
    void up(StoreSpec wanted, Duration timeout) throws IOException, InterruptedException {
        StoreSpec spec = specOf(wanted);
        if (!spec.plaintext()) {
            createWhatIsMissing(spec);
        }
        List<LocalProcess> started = new ArrayList<>();
        for (int i = 0; i < spec.members(); i++) {
            LocalProcess process = process(spec.names().get(i));
            if (process.handle().isEmpty()) {
                Launcher.checkPort(spec.clientPort(i));
                writeConfig(spec, i);
                new Launcher(directory).start(process, "store", HEAP_MEGABYTES);
                started.add(process);
            }
        }
        await(spec, started, timeout);
        out.println("ready: " + command(spec));
    }

    /** Stops all members and keeps their data, unless that is to go too. */
    void stop(boolean purge) throws IOException {
        if (!Files.exists(directory.storeSpec())) {
            throw new LocalClusterException(
                    "no store in " + directory.root() + ": start one with quilla store --dir");
        }
        StoreSpec spec = StoreSpec.read(directory.storeSpec());
        List<LocalProcess> members = spec.names().stream().map(this::process).toList();
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

    private void await(StoreSpec spec, List<LocalProcess> started, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (int i = 0; i < spec.members(); i++) {
            try (EtcdProbe probe = probe(spec, i)) {
                while (!probe.answers(Duration.ofSeconds(2))) {
                    Optional<String> end = new Launcher(directory).end(started);
                    if (end.isPresent() || System.nanoTime() > deadline) {
                        throw new LocalClusterException(
                                end.orElse(
                                        "%s does not serve after %d s (log: %s)"
                                                .formatted(
                                                        spec.names().get(i),
                                                        timeout.toSeconds(),
                                                        directory.log(spec.names().get(i)))));
                    }
                    Thread.sleep(LOOK);
                }
            }
        }
    }

    private EtcdProbe probe(StoreSpec spec, int index) throws IOException {
        Path pki = directory.pki();
        return new EtcdProbe(
                "127.0.0.1",
                spec.clientPort(index),
                spec.plaintext()
                        ? Optional.empty()
                        : Optional.of(
                                new EtcdProbe.Tls(
                                        pki.resolve("client.key"),
                                        pki.resolve("client.crt"),
                                        pki.resolve("ca.crt"))));
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

    private LocalProcess process(String name) {
        return new LocalProcess(name, directory.pid(name));
    }
}
