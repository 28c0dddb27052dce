package dev.quilla.client.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.http.HttpsOptions;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.CertifiedKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {

    private final CertificateAuthority authority =
            CertificateAuthority.create("ca", Duration.ofDays(1), InstantSource.system());
    private final CertifiedKey admin =
            authority.issue(CertificateRequest.client("kubernetes-admin", List.of("a")));

    @TempDir Path directory;

    @Test
    void comesBackFromItsFile() throws Exception {
        Kubeconfig written =
                Kubeconfig.of(
                        "quilla",
                        KubeCluster.of(
                                List.of(
                                        URI.create("https://127.0.0.1:6443"),
                                        URI.create("https://127.0.0.1:6444")),
                                authority.certificatePem()),
                        "admin",
                        KubeUser.certificate(admin.certificatePem(), admin.keyPem()));
        Path file = directory.resolve("kubeconfig");
        written.save(file);
        Kubeconfig read = Kubeconfig.load(file);
        assertEquals(written, read);
        HttpsOptions options = read.access().options();
        assertEquals(2, options.servers().size());
        assertEquals(admin.certificate(), options.tls().get().client().orElseThrow().certificate());
        assertEquals(List.of(authority.certificate()), options.tls().get().authorities());
        assertEquals("default", read.access().namespace());
    }

    @Test
    void readsWhatKubectlWrites() throws Exception {
        admin.save(directory.resolve("admin.crt"), directory.resolve("admin.key"));
        Files.writeString(directory.resolve("ca.crt"), authority.certificatePem());
        Files.writeString(directory.resolve("token"), "secret\n");
        Kubeconfig config =
                Kubeconfig.parse(
                        """
                        apiVersion: v1
                        kind: Config
                        preferences: {}
                        current-context: dev
                        clusters:
                        - name: one
                          cluster:
                            server: https://[::1]:6443
                            certificate-authority: ca.crt
                            tls-server-name: kubernetes
                        - cluster:
                            server: https://two:6443
                            insecure-skip-tls-verify: true
                          name: two
                        contexts:
                        - name: dev
                          context: {cluster: one, user: files, namespace: shop}
                        - name: ops
                          context: {cluster: two, user: tokens}
                        users:
                        - name: files
                          user:
                            client-certificate: admin.crt
                            client-key: admin.key
                        - name: tokens
                          user:
                            tokenFile: token
                        """,
                        directory);
        Access dev = config.access();
        assertEquals("shop", dev.namespace());
        assertEquals("kubernetes", dev.options().tls().get().serverName());
        assertTrue(dev.options().tls().get().client().isPresent());
        Access ops = config.access("ops");
        assertEquals("secret", ops.options().bearerToken().get());
        assertTrue(ops.options().tls().get().insecure());
        assertFalse(ops.options().tls().get().client().isPresent());
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "there is no context \"nope\"", message(() -> Kubeconfig.EMPTY.access("nope")));
        assertEquals("no current context is set", message(() -> Kubeconfig.EMPTY.access()));
        assertEquals(
                "clusters must be a list",
                message(() -> Kubeconfig.parse("clusters: 1", directory)));
        assertEquals(
                "\"localhost:1\" is not the address of a server",
                message(() ->
                        Kubeconfig.parse(
                                "clusters: [{name: a, cluster: {server: 'localhost:1'}}]",
                                directory)));
        assertTrue(message(() -> Kubeconfig.parse("a: [", directory)).startsWith("invalid YAML"));
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(KubeconfigException.class, call).getMessage();
    }

    @Test
    void mergesFilesAndTheFirstWins() {
        Kubeconfig first =
                Kubeconfig.of(
                        "a",
                        KubeCluster.of(List.of(URI.create("https://a:1")), ""),
                        "u",
                        KubeUser.token("t"));
        Kubeconfig second =
                Kubeconfig.of(
                        "a",
                        KubeCluster.of(List.of(URI.create("https://b:1")), ""),
                        "v",
                        KubeUser.token("s"));
        Kubeconfig merged = first.merge(second);
        assertEquals("u@a", merged.currentContext());
        assertEquals(URI.create("https://a:1"), merged.access().cluster().server());
        assertEquals("s", merged.access("v@a").user().token());
    }
}
