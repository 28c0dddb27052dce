package dev.quilla.client.http;

import dev.quilla.pki.CertifiedKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Whom to trust and who to be.
 *
 * @param authorities who must have issued the server's certificate; none means those that the JVM
 *     trusts
 * @param client proves who this client is; optional
 * @param insecure takes any server for the right one; for people who ask for it
 * @param serverName the name that the server's certificate must hold; empty for the one connected
 *     to
 */
public record TlsMaterial(
        List<X509Certificate> authorities,
        Optional<CertifiedKey> client,
        boolean insecure,
        String serverName) {

    /** Trusts what the JVM trusts, and is nobody. */
    public static final TlsMaterial NONE = new TlsMaterial(List.of(), Optional.empty(), false, "");

    public TlsMaterial {
        authorities = List.copyOf(authorities);
    }

    /** Trusts servers of these authorities, and is nobody. */
    public static TlsMaterial trusting(List<X509Certificate> authorities) {
        return new TlsMaterial(authorities, Optional.empty(), false, "");
    }

    /** Trusts servers of these authorities, and proves who it is. */
    public static TlsMaterial mutual(List<X509Certificate> authorities, CertifiedKey client) {
        return new TlsMaterial(authorities, Optional.of(client), false, "");
    }

    /** The same that expects a server of that name. */
    public TlsMaterial withServerName(String name) {
        return new TlsMaterial(authorities, client, insecure, name);
    }
}
