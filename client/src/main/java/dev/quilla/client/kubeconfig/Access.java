package dev.quilla.client.kubeconfig;

import dev.quilla.client.http.FileCredentials;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.PkiException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A context with what it names: where to go and who to be.
 *
 * @param namespace used where none is named
 */
public record Access(KubeCluster cluster, KubeUser user, String namespace) {

    /**
     * What a transport needs to get there.
     *
     * @throws KubeconfigException if a key or certificate can't be read
     */
    public HttpsOptions options() {
        return HttpsOptions.of(cluster.servers(), tls()).withBearerToken(token());
    }

    private Supplier<TlsMaterial> tls() {
        if (cluster.authority() instanceof Material.InFile(Path authority)
                && user.certificate() instanceof Material.InFile(Path certificate)
                && user.key() instanceof Material.InFile(Path key)
                && cluster.tlsServerName().isEmpty()
                && !cluster.insecure()) {
            return FileCredentials.mutual(authority, certificate, key);
        }
        TlsMaterial material = material();
        return () -> material;
    }

    private TlsMaterial material() {
        try {
            return new TlsMaterial(
                    cluster.authority().pem().map(Certificates::parse).orElse(List.of()),
                    client(),
                    cluster.insecure(),
                    cluster.tlsServerName());
        } catch (PkiException e) {
            throw new KubeconfigException(String.valueOf(e.getMessage()));
        }
    }

    private Optional<CertifiedKey> client() {
        Optional<String> certificate = user.certificate().pem();
        Optional<String> key = user.key().pem();
        if (certificate.isPresent() != key.isPresent()) {
            throw new KubeconfigException("a client certificate needs its key, and the reverse");
        }
        return certificate.map(c -> CertifiedKey.parse(c, key.orElseThrow()));
    }

    private Supplier<String> token() {
        return user.tokenFile().isEmpty()
                ? user::token
                : FileCredentials.token(Path.of(user.tokenFile()));
    }
}
