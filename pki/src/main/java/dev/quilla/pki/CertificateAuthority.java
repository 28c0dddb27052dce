package dev.quilla.pki;

import dev.quilla.pki.CertificateRequest.Usage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates that everybody who trusts it trusts. EC P-256. Thread-safe. */
public final class CertificateAuthority {

    /** Clocks of machines differ: certificates begin this long before now. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 120;

    private final CertifiedKey own;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority(CertifiedKey own, InstantSource clock) {
        this.own = own;
        this.clock = clock;
    }

    /** Makes a new authority that signs itself. */
    public static CertificateAuthority create(
            String commonName, Duration validity, InstantSource clock) {
        KeyPair pair = KeyPairs.generate();
        CertificateRequest request =
                new CertificateRequest(
                        commonName, List.of(), List.of(), List.of(), Set.of(), validity);
        try {
            X500Principal name = new X500Principal(DistinguishedNames.encode(request));
            X509v3CertificateBuilder builder =
                    begin(name, request, pair.getPublic(), clock, new SecureRandom());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            X509Certificate certificate = finish(builder, signer(pair.getPrivate()));
            return new CertificateAuthority(
                    new CertifiedKey(pair.getPrivate(), List.of(certificate)), clock);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new PkiException("can't make the authority " + commonName, e);
        }
    }

    /** Reads an authority from its certificate and key. */
    public static CertificateAuthority load(Path certificateFile, Path keyFile, InstantSource clock)
            throws IOException {
        return new CertificateAuthority(CertifiedKey.load(certificateFile, keyFile), clock);
    }

    /** Writes its certificate and its key; only the owner may read the key. */
    public void save(Path certificateFile, Path keyFile) throws IOException {
        own.save(certificateFile, keyFile);
    }

    /** Its own certificate, which others are to trust. */
    public X509Certificate certificate() {
        return own.certificate();
    }

    /** Its own certificate as PEM. */
    public String certificatePem() {
        return own.certificatePem();
    }

    /** Issues a certificate for a new key. */
    public CertifiedKey issue(CertificateRequest request) {
        return issue(request, KeyPairs.generate());
    }

    /** Certifies a new key of the caller's. */
    public CertifiedKey issue(CertificateRequest request, KeyPair pair) {
        return new CertifiedKey(pair.getPrivate(), List.of(sign(pair.getPublic(), request)));
    }

    /**
     * Issues a certificate for somebody's key. Says what the request says and nothing else, and
     * ends with the authority's own certificate at the latest.
     */
    public X509Certificate sign(PublicKey key, CertificateRequest request) {
        try {
            Duration left = Duration.between(clock.instant(), Certificates.end(certificate()));
            X509v3CertificateBuilder builder =
                    begin(
                            certificate().getSubjectX500Principal(),
                            left.compareTo(request.validity()) < 0
                                    ? request.withValidity(left)
                                    : request,
                            key,
                            clock,
                            random);
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, keyUsage(request.usages()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    ids.createAuthorityKeyIdentifier(certificate().getPublicKey()));
            KeyPurposeId[] purposes = purposes(request.usages());
            if (purposes.length > 0) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            if (!request.dnsNames().isEmpty() || !request.ipAddresses().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        DistinguishedNames.alternatives(request));
            }
            return finish(builder, signer(own.key()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new PkiException("can't issue a certificate to " + request.commonName(), e);
        }
    }

    private static X509v3CertificateBuilder begin(
            X500Principal issuer,
            CertificateRequest request,
            PublicKey key,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        Instant now = clock.instant();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(request.validity())),
                new X500Principal(DistinguishedNames.encode(request)),
                key);
    }

    private static ContentSigner signer(java.security.PrivateKey key)
            throws OperatorCreationException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new JcaContentSignerBuilder(algorithm).build(key);
    }

    private static X509Certificate finish(X509v3CertificateBuilder builder, ContentSigner signer)
            throws GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyUsage keyUsage(Set<Usage> usages) {
        return new KeyUsage(
                usages.contains(Usage.KEY_ENCIPHERMENT)
                        ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                        : KeyUsage.digitalSignature);
    }

    private static KeyPurposeId[] purposes(Set<Usage> usages) {
        return usages.stream()
                .sorted()
                .flatMap(u ->
                        switch (u) {
                            case CLIENT -> Stream.of(KeyPurposeId.id_kp_clientAuth);
                            case SERVER -> Stream.of(KeyPurposeId.id_kp_serverAuth);
                            case KEY_ENCIPHERMENT -> Stream.empty();
                        })
                .toArray(KeyPurposeId[]::new);
    }
}
