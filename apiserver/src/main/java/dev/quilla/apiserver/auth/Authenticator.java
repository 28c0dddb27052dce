package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Finds out who makes a request. Thread-safe. */
public interface Authenticator {

    /**
     * What a request brings to prove who makes it.
     *
     * @param certificate of the TLS connection, verified against the cluster's CA
     * @param bearer the token of the {@code Authorization} header
     */
    record Credentials(Optional<X509Certificate> certificate, Optional<String> bearer) {}

    /** Who it is; empty if this authenticator can't tell. */
    Optional<Identity> authenticate(Credentials credentials);
}
