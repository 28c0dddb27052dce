package dev.quilla.store.raft.transport;

import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import dev.quilla.pki.PkiException;
import dev.quilla.store.StoreException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/**
 * Mutual TLS among members. The authority that signs their certificates may sign those of workers
 * and users as well, and whoever is let in may write what it likes and change who is a member: so
 * only certificates of one organization are let in.
 *
 * @param organization in the subject of each member's certificate
 */
public record PeerTls(Path key, Path chain, Path ca, String organization) {

    private static final String PROTOCOL = "TLSv1.3";

    /**
     * For calling others.
     *
     * @throws StoreException if a file is not what it should be
     */
    SslContext forCalls() {
        try {
            return SslContextBuilder.forClient()
                    .protocols(PROTOCOL)
                    .keyManager(own())
                    .trustManager(Certificates.load(ca))
                    .build();
        } catch (IOException | PkiException e) {
            throw unusable(e);
        }
    }

    /**
     * For being called.
     *
     * @throws StoreException if a file is not what it should be
     */
    SslContext forListening() {
        try {
            return SslContextBuilder.forServer(own())
                    .protocols(PROTOCOL)
                    .trustManager(Certificates.load(ca))
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
        } catch (IOException | PkiException e) {
            throw unusable(e);
        }
    }

    private KeyManager own() throws IOException {
        return CertifiedKey.load(chain, key).keyManager();
    }

    private StoreException unusable(Exception e) {
        return new StoreException(
                "can't use the certificate %s with the key %s and the authority %s: %s"
                        .formatted(chain, key, ca, e.getMessage()),
                e);
    }

    /** Whether a member is at the other end. */
    boolean isMember(SSLSession session) {
        try {
            Certificate leaf = session.getPeerCertificates()[0];
            return leaf instanceof X509Certificate x509 && isOf(x509.getSubjectX500Principal());
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    private boolean isOf(X500Principal subject) {
        try {
            Rdn wanted = new Rdn("O", organization);
            return new LdapName(subject.getName(X500Principal.RFC2253)).getRdns().contains(wanted);
        } catch (NamingException e) {
            return false;
        }
    }
}
