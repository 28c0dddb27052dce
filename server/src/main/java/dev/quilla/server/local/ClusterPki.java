package dev.quilla.server.local;

import dev.quilla.apiserver.encryption.KeyFile;
import dev.quilla.client.kubeconfig.KubeCluster;
import dev.quilla.client.kubeconfig.KubeUser;
import dev.quilla.client.kubeconfig.Kubeconfig;
import dev.quilla.pki.CertificateAuthority;
import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.KeyPairs;
import dev.quilla.pki.PrivateFiles;
import dev.quilla.server.config.EncryptionPlan;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The certificates and keys of a local cluster. Made once; what is there is kept. */
final class ClusterPki {

    private static final Duration CA_VALIDITY = Duration.ofDays(3650);
    private static final String TOKEN_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private final ClusterDirectory directory;
    private final ClusterSpec spec;
    private final InstantSource clock;

    ClusterPki(ClusterDirectory directory, ClusterSpec spec, InstantSource clock) {
        this.directory = directory;
        this.spec = spec;
        this.clock = clock;
    }

    void createWhatIsMissing() throws IOException {
        Path pki = directory.pki();
        Files.createDirectories(pki);
        CertificateAuthority authority = authority(pki);
        List<String> addresses = addresses();
        for (String master : spec.masterNames()) {
            issue(
                    authority,
                    master,
                    CertificateRequest.peer(
                                    master,
                                    List.of(
                                            "localhost",
                                            master,
                                            "kubernetes",
                                            "kubernetes.default",
                                            "kubernetes.default.svc",
                                            "kubernetes.default.svc.cluster.local"),
                                    addresses)
                            .withOrganizations(List.of(RaftStoreConfig.Tls.ORGANIZATION)));
        }
        issue(
                authority,
                "kubelet-client",
                CertificateRequest.client(
                        "kube-apiserver-kubelet-client", List.of("quilla:kubelet-api")));
        issue(
                authority,
                "admin",
                CertificateRequest.client("kubernetes-admin", List.of("system:masters")),
                KeyPairs::generateRsa);
        issue(
                frontProxyAuthority(pki),
                "front-proxy-client",
                CertificateRequest.client("front-proxy-client", List.of()));
        if (!Files.exists(pki.resolve("service-accounts.key"))) {
            KeyPairs.save(
                    KeyPairs.generate(),
                    pki.resolve("service-accounts.pub"),
                    pki.resolve("service-accounts.key"));
        }
        KeyFile encryption = new KeyFile(pki.resolve(EncryptionPlan.KEY_FILE));
        if (!Files.exists(encryption.path())) {
            encryption.write(List.of(NewKey.now(clock)));
        }
        if (!Files.exists(directory.bootstrapToken())) {
            PrivateFiles.writeSecret(
                    directory.bootstrapToken(),
                    (letters(6) + "." + letters(16)).getBytes(StandardCharsets.UTF_8));
        }
        writeKubeconfig(authority);
    }

    private CertificateAuthority authority(Path pki) throws IOException {
        return authority(pki, "ca", "quilla-" + spec.clusterId());
    }

    /**
     * Who shows a certificate of this one is believed when it says who asks, so nobody else gets
     * one.
     */
    private CertificateAuthority frontProxyAuthority(Path pki) throws IOException {
        return authority(pki, "front-proxy-ca", "quilla-front-proxy-" + spec.clusterId());
    }

    private CertificateAuthority authority(Path pki, String file, String name) throws IOException {
        Path certificate = pki.resolve(file + ".crt");
        Path key = pki.resolve(file + ".key");
        if (Files.exists(key)) {
            return CertificateAuthority.load(certificate, key, clock);
        }
        CertificateAuthority authority = CertificateAuthority.create(name, CA_VALIDITY, clock);
        authority.save(certificate, key);
        return authority;
    }

    private List<String> addresses() {
        Set<String> all = new LinkedHashSet<>(List.of("127.0.0.1", spec.address()));
        all.add(spec.network().apiAddress());
        return List.copyOf(all);
    }

    private void issue(CertificateAuthority authority, String name, CertificateRequest request)
            throws IOException {
        issue(authority, name, request, KeyPairs::generate);
    }

    private void issue(
            CertificateAuthority authority,
            String name,
            CertificateRequest request,
            Supplier<KeyPair> newKey)
            throws IOException {
        Path key = directory.pki().resolve(name + ".key");
        if (!Files.exists(key)) {
            authority
                    .issue(request, newKey.get())
                    .save(directory.pki().resolve(name + ".crt"), key);
        }
    }

    private void writeKubeconfig(CertificateAuthority authority) throws IOException {
        CertifiedKey admin =
                CertifiedKey.load(
                        directory.pki().resolve("admin.crt"), directory.pki().resolve("admin.key"));
        Kubeconfig.of(
                        "quilla",
                        KubeCluster.of(List.of(URI.create(spec.url())), authority.certificatePem()),
                        "admin",
                        KubeUser.certificate(admin.certificatePem(), admin.keyPem()))
                .save(directory.kubeconfig());
    }

    private static String letters(int count) {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(TOKEN_LETTERS.charAt(random.nextInt(TOKEN_LETTERS.length())));
        }
        return text.toString();
    }
}
