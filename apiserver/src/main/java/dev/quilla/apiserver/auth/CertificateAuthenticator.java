package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate's common name is the user, its organisations are the groups. What it says is
 * remembered, for a client shows the same one with each request. Thread-safe.
 */
public final class CertificateAuthenticator implements Authenticator {

    /** When so many are remembered all are forgotten; a cluster has fewer clients. */
    private static final int KNOWN_MAX = 10_000;

    private final Map<X509Certificate, Optional<Identity>> known = new ConcurrentHashMap<>();

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.certificate().flatMap(this::remembered);
    }

    private Optional<Identity> remembered(X509Certificate certificate) {
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        return known.computeIfAbsent(certificate, c -> identity(c.getSubjectX500Principal()));
    }

    private static Optional<Identity> identity(X500Principal subject) {
        String user = "";
        List<String> groups = new ArrayList<>();
        try {
            for (Rdn rdn : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    user = rdn.getValue().toString();
                } else if (rdn.getType().equalsIgnoreCase("O")) {
                    groups.add(rdn.getValue().toString());
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        return user.isEmpty() ? Optional.empty() : Optional.of(Identity.known(user, "", groups));
    }
}
