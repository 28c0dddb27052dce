package dev.quilla.pki;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * Whom a certificate is about: to the API a user and the user's groups.
 *
 * @param organizations in the order of the certificate
 */
public record Subject(String commonName, List<String> organizations) {

    public Subject {
        organizations = List.copyOf(organizations);
    }

    /** The subject of a certificate; an empty name where it has none. */
    public static Subject of(X509Certificate certificate) {
        return of(certificate.getSubjectX500Principal());
    }

    /** Reads a distinguished name. */
    static Subject of(X500Principal principal) {
        try {
            String commonName = "";
            List<String> organizations = new ArrayList<>();
            for (Rdn rdn : new LdapName(principal.getName(X500Principal.RFC2253)).getRdns()) {
                var attributes = rdn.toAttributes().getAll();
                while (attributes.hasMoreElements()) {
                    var attribute = attributes.nextElement();
                    for (int i = 0; i < attribute.size(); i++) {
                        String value = String.valueOf(attribute.get(i));
                        switch (attribute.getID()) {
                            case "CN" -> commonName = value;
                            case "O" -> organizations.add(value);
                            default -> {}
                        }
                    }
                }
            }
            return new Subject(commonName, organizations);
        } catch (NamingException e) {
            throw new PkiException("bad subject " + principal, e);
        }
    }
}
