package dev.quilla.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.pki.CertificateRequest.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final CertificateAuthority authority =
            CertificateAuthority.create("quilla-ca", Duration.ofDays(3650), CLOCK);

    @TempDir Path directory;

    @Test
    void issuesClientsThatTheApiKnows() throws Exception {
        CertifiedKey admin =
                authority.issue(
                        CertificateRequest.client(
                                "system:node:w1", List.of("system:nodes", "other, with comma")));
        X509Certificate certificate = admin.certificate();
        certificate.verify(authority.certificate().getPublicKey());
        assertEquals(
                new Subject("system:node:w1", List.of("system:nodes", "other, with comma")),
                Subject.of(certificate));
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertEquals(-1, certificate.getBasicConstraints());
        assertEquals(NOW.plus(CertificateRequest.YEAR), certificate.getNotAfter().toInstant());
    }

    @Test
    void issuesServersWithEveryAddress() throws Exception {
        X509Certificate certificate =
                authority
                        .issue(
                                CertificateRequest.server(
                                        "master",
                                        List.of("localhost", "kubernetes.default.svc"),
                                        List.of("127.0.0.1", "10.96.0.1", "::1")))
                        .certificate();
        assertEquals(
                Set.of(
                        List.of(2, "localhost"),
                        List.of(2, "kubernetes.default.svc"),
                        List.of(7, "127.0.0.1"),
                        List.of(7, "10.96.0.1"),
                        List.of(7, "0:0:0:0:0:0:0:1")),
                Set.copyOf(certificate.getSubjectAlternativeNames()));
    }

    @Test
    void signsRequestsAndDecidesItself() throws Exception {
        KeyPair pair = KeyPairs.generate();
        String pem =
                SigningRequest.create(
                        pair,
                        CertificateRequest.peer("w1", List.of("w1.local"), List.of("10.0.0.1"))
                                .withOrganizations(List.of("system:masters")));
        SigningRequest request = SigningRequest.parse(pem);
        assertEquals(new Subject("w1", List.of("system:masters")), request.subject());
        assertEquals(List.of("w1.local"), request.dnsNames());
        assertEquals(List.of("10.0.0.1"), request.ipAddresses());
        X509Certificate certificate =
                authority.sign(
                        request.publicKey(),
                        request.wanted(Set.of(Usage.CLIENT), Duration.ofDays(30))
                                .withOrganizations(List.of("system:nodes")));
        assertEquals(new Subject("w1", List.of("system:nodes")), Subject.of(certificate));
        assertEquals(pair.getPublic(), certificate.getPublicKey());
    }

    @Test
    void refusesARequestThatSomebodyElseSigned() {
        String one =
                SigningRequest.create(
                        KeyPairs.generate(), CertificateRequest.client("a", List.of()));
        byte[] changed = Pem.parse(one).getFirst().content();
        changed[changed.length - 1] ^= 1;
        assertThrows(
                PkiException.class,
                () -> SigningRequest.parse(Pem.of("CERTIFICATE REQUEST", changed).text()));
        assertThrows(PkiException.class, () -> SigningRequest.parse("nothing"));
    }

    @Test
    void comesBackFromItsFiles() throws Exception {
        Path certificate = directory.resolve("pki/ca.crt");
        Path key = directory.resolve("pki/ca.key");
        authority.save(certificate, key);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        CertificateAuthority loaded = CertificateAuthority.load(certificate, key, CLOCK);
        assertEquals(authority.certificate(), loaded.certificate());
        loaded.issue(CertificateRequest.client("a", List.of()))
                .certificate()
                .verify(authority.certificate().getPublicKey());
        try (var files = Files.list(directory.resolve("pki"))) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void knowsWhenToRenew() {
        X509Certificate certificate =
                authority
                        .issue(
                                CertificateRequest.client("a", List.of())
                                        .withValidity(Duration.ofDays(10)))
                        .certificate();
        assertFalse(Certificates.expiresWithin(certificate, Duration.ofDays(9), NOW));
        assertTrue(Certificates.expiresWithin(certificate, Duration.ofDays(10), NOW));
        assertTrue(
                Certificates.expiresWithin(
                        certificate, Duration.ZERO, NOW.plus(Duration.ofDays(11))));
        assertEquals(64, Certificates.fingerprint(certificate).length());
        assertFalse(
                Certificates.fingerprint(certificate)
                        .equals(Certificates.publicKeyHash(certificate)));
    }

    @Test
    void readsKeysInOlderForms() throws Exception {
        KeyPair ec = KeyPairs.generate();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        ECPrivateKey read =
                (ECPrivateKey) PrivateKeys.read(older("EC PRIVATE KEY", ec.getPrivate()));
        assertEquals(((ECPrivateKey) ec.getPrivate()).getS(), read.getS());
        assertEquals(
                rsa.getPrivate(), PrivateKeys.read(older("RSA PRIVATE KEY", rsa.getPrivate())));
        String modern = Pem.of("PRIVATE KEY", rsa.getPrivate().getEncoded()).text();
        assertEquals(rsa.getPrivate(), PrivateKeys.read(modern));
        assertThrows(PkiException.class, () -> PrivateKeys.read("-----BEGIN PRIVATE KEY-----\nAA"));
    }

    private static String older(String label, PrivateKey key) throws Exception {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        if (label.startsWith("EC")) {
            // SEC1 needs the curve inside.
            var ec = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey());
            var curve =
                    new org.bouncycastle.asn1.sec.ECPrivateKey(
                            256, ec.getKey(), info.getPrivateKeyAlgorithm().getParameters());
            return Pem.of(label, curve.getEncoded()).text();
        }
        return Pem.of(label, info.parsePrivateKey().toASN1Primitive().getEncoded()).text();
    }

    @Test
    void keyPairsComeBackFromTheirFiles() throws Exception {
        KeyPair pair = KeyPairs.generate();
        Path publicFile = directory.resolve("sa.pub");
        Path privateFile = directory.resolve("sa.key");
        KeyPairs.save(pair, publicFile, privateFile);
        KeyPair loaded = KeyPairs.load(publicFile, privateFile);
        assertEquals(pair.getPrivate(), loaded.getPrivate());
        assertEquals(pair.getPublic(), loaded.getPublic());
    }

    /** Which some client libraries can't do without. */
    @Test
    void keysOfRsaAreCertifiedToo() {
        CertifiedKey admin =
                authority.issue(
                        CertificateRequest.client("admin", List.of()), KeyPairs.generateRsa());
        assertEquals("RSA", admin.key().getAlgorithm());
        assertEquals("RSA", admin.certificate().getPublicKey().getAlgorithm());
        assertEquals(admin.key(), PrivateKeys.read(admin.keyPem()));
    }
}
