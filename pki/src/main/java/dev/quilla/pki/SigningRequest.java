package dev.quilla.pki;

import dev.quilla.pki.CertificateRequest.Usage;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A wish for a certificate (PKCS#10), proven to come from the key's owner. What it asks for is only
 * a wish: whoever signs decides.
 */
public record SigningRequest(
        PublicKey publicKey, Subject subject, List<String> dnsNames, List<String> ipAddresses) {

    private static final String LABEL = "CERTIFICATE REQUEST";

    public SigningRequest {
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
    }

    /** Writes a request as PEM, signed with the key that it is for. */
    public static String create(KeyPair pair, CertificateRequest wanted) {
        try {
            JcaPKCS10CertificationRequestBuilder builder =
                    new JcaPKCS10CertificationRequestBuilder(
                            new X500Principal(DistinguishedNames.encode(wanted)), pair.getPublic());
            if (!wanted.dnsNames().isEmpty() || !wanted.ipAddresses().isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        DistinguishedNames.alternatives(wanted));
                builder.addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            PKCS10CertificationRequest request =
                    builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA")
                                    .build(pair.getPrivate()));
            return Pem.of(LABEL, request.getEncoded()).text();
        } catch (OperatorCreationException | IOException e) {
            throw new PkiException("can't make a certificate request", e);
        }
    }

    /**
     * Reads a request and checks its signature.
     *
     * @throws PkiException if it is broken or not signed with its own key
     */
    public static SigningRequest parse(String pem) {
        byte[] content =
                Pem.parse(pem).stream()
                        .filter(b -> b.label().endsWith(LABEL))
                        .findFirst()
                        .orElseThrow(() -> new PkiException("there is no certificate request"))
                        .content();
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(content);
            if (!request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder()
                            .build(request.getSubjectPublicKeyInfo()))) {
                throw new PkiException("the certificate request is not signed with its own key");
            }
            return of(request);
        } catch (IOException | OperatorCreationException | PKCSException e) {
            throw new PkiException("broken certificate request: " + e.getMessage(), e);
        }
    }

    private static SigningRequest of(PKCS10CertificationRequest request) throws IOException {
        List<String> dnsNames = new ArrayList<>();
        List<String> ipAddresses = new ArrayList<>();
        Extensions extensions = request.getRequestedExtensions();
        GeneralNames names =
                extensions == null
                        ? null
                        : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName -> dnsNames.add(name.getName().toString());
                case GeneralName.iPAddress -> ipAddresses.add(DistinguishedNames.ipText(name));
                default -> throw new PkiException("only DNS names and IP addresses are signed");
            }
        }
        return new SigningRequest(
                new JcaPEMKeyConverter().getPublicKey(request.getSubjectPublicKeyInfo()),
                Subject.of(new X500Principal(request.getSubject().getEncoded())),
                dnsNames,
                ipAddresses);
    }

    /** What it asks for, for those usages and that long. */
    public CertificateRequest wanted(Set<Usage> usages, Duration validity) {
        return new CertificateRequest(
                subject.commonName(),
                subject.organizations(),
                dnsNames,
                ipAddresses,
                usages,
                validity);
    }
}
