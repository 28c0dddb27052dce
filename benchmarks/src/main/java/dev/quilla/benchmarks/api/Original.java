package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.cluster.LocalCluster;
import dev.quilla.benchmarks.etcd.EtcdGroup;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.CertifiedKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The original, with its defaults: one {@code kube-apiserver} before three members of the installed
 * etcd, with mutual TLS and fsync. One spares it what a second and a third would cost, and it runs
 * without controllers and scheduler, which ours have.
 */
final class Original implements Servers, AutoCloseable {

    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Path folder;
    private final EtcdGroup etcd;
    private final TlsMaterial tls;
    private final LocalCluster.Member server;

    /**
     * Starts them, and returns when the server is ready.
     *
     * @param program the path of a {@code kube-apiserver}
     * @param folder an empty directory
     */
    Original(Path program, Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        this.etcd = new EtcdGroup(folder.resolve("etcd"));
        CertificateAuthority authority =
                CertificateAuthority.create("original", Duration.ofDays(2), InstantSource.system());
        authority.save(folder.resolve("ca.crt"), folder.resolve("ca.key"));
        authority
                .issue(CertificateRequest.peer("server", List.of(), List.of("127.0.0.1")))
                .save(folder.resolve("server.crt"), folder.resolve("server.key"));
        CertifiedKey client =
                authority.issue(CertificateRequest.client("admin", List.of("system:masters")));
        this.tls = TlsMaterial.mutual(List.of(authority.certificate()), client);
        int port = freePort();
        Process process =
                new ProcessBuilder(command(program, port))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("server.log").toFile())
                        .start();
        this.server =
                new LocalCluster.Member(
                        "original", "leader", process.pid(), "https://127.0.0.1:" + port);
        awaitReady(process);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private List<String> command(Path program, int port) {
        return List.of(
                program.toString(),
                "--etcd-servers=" + etcd.clientUrls(),
                "--etcd-cafile=" + folder.resolve("etcd/ca.crt"),
                "--etcd-certfile=" + folder.resolve("etcd/client.crt"),
                "--etcd-keyfile=" + folder.resolve("etcd/client.key"),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--tls-cert-file=" + folder.resolve("server.crt"),
                "--tls-private-key-file=" + folder.resolve("server.key"),
                "--client-ca-file=" + folder.resolve("ca.crt"),
                "--service-account-key-file=" + folder.resolve("server.crt"),
                "--service-account-signing-key-file=" + folder.resolve("server.key"),
                "--service-account-issuer=https://127.0.0.1",
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.96.0.0/16");
    }

    private void awaitReady(Process process) throws IOException, InterruptedException {
        Masters masters = new Masters(this);
        byte[] ready = Connection.request("GET", "/readyz", "", "");
        long end = System.nanoTime() + START.toNanos();
        while (!masters.isReady(server, ready)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IOException(
                        "kube-apiserver is not ready: see "
                                + Files.readString(folder.resolve("server.log")));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    @Override
    public TlsMaterial tls() {
        return tls;
    }

    @Override
    public List<LocalCluster.Member> members() {
        return List.of(server);
    }

    @Override
    public List<Long> others() {
        return etcd.pids();
    }

    @Override
    public boolean warmUp() {
        return false;
    }

    @Override
    public void close() {
        // It would wait a minute for its clients.
        ProcessHandle.of(server.pid())
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
        etcd.close();
    }
}
