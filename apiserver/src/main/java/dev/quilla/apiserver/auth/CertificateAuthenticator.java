package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** The certificate's common name is the user, its organisations are the groups. */
public final class CertificateAuthenticator implements Authenticator {

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.certificate().flatMap(c -> identity(c.getSubjectX500Principal()));
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
