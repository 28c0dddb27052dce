package dev.quilla.http;

import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority with certificates for a server and its clients, in files. */
final class TestPki {

    private static final Duration LIFE = Duration.ofDays(1);

    private final Path directory;
    private final KeyPair caKeys;
    private final X509Certificate ca;
    private int serial = 1;

    TestPki(Path directory) {
        this.directory = directory;
        try {
            this.caKeys = keys();
            this.ca = certificate("test-ca", caKeys, true);
            write("ca.crt", ca);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
        issueServer("server");
    }

    /** Writes the server's files anew. */
    void issueServer(String name) {
        issue("server", name);
    }

    HttpServerConfig.Certificates files() {
        return new HttpServerConfig.Certificates(
                directory.resolve("server.key"),
                directory.resolve("server.crt"),
                directory.resolve("ca.crt"));
    }

    /** A client's side of TLS, without a certificate of its own. */
    SSLContext anonymous() {
        try {
            return context(null, "");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client's side of TLS, with a certificate of that name. */
    SSLContext client(String name) {
        try {
            KeyPair keys = keys();
            X509Certificate own = certificate(name, keys, false);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry(
                    "own", keys.getPrivate(), new char[0], new X509Certificate[] {own, ca});
            return context(store, name);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpClient http(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(anonymous()).build();
    }

    private SSLContext context(@org.jspecify.annotations.Nullable KeyStore own, String name)
            throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, new char[0]);
        trusted.setCertificateEntry("ca" + name, ca);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void issue(String file, String name) {
        try {
            KeyPair keys = keys();
            write(file + ".crt", certificate(name, keys, false));
            write(file + ".key", keys.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private X509Certificate certificate(String name, KeyPair keys, boolean authority)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Instant now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=test-ca"),
                        BigInteger.valueOf(serial++),
                        Date.from(now.minus(LIFE)),
                        Date.from(now.plus(LIFE)),
                        new X500Name("CN=" + name),
                        keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        GeneralName[] names = {
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.dNSName, "localhost")
        };
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        PrivateKey signer = authority ? keys.getPrivate() : caKeys.getPrivate();
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    }

    private void write(String file, Object object) throws IOException {
        try (Writer out = Files.newBufferedWriter(directory.resolve(file));
                JcaPEMWriter pem = new JcaPEMWriter(out)) {
            pem.writeObject(
                    object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
        }
    }
}
