package dev.quilla.apiserver.kinds;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates as text: blocks between lines that say what they are. */
final class PemBlocks {

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final Pattern BLOCK =
            Pattern.compile(
                    "^-----BEGIN ([^-\\n]+)-----\\s*$(.*?)^-----END \\1-----\\s*$",
                    Pattern.MULTILINE | Pattern.DOTALL);

    private PemBlocks() {}

    /** What is wrong with a chain of certificates; text around the blocks is a comment. */
    static Optional<String> problem(String chain) {
        Matcher blocks = BLOCK.matcher(chain);
        boolean any = false;
        while (blocks.find()) {
            if (!blocks.group(1).equals(CERTIFICATE)) {
                return Optional.of(
                        "only CERTIFICATE PEM blocks are allowed, found \"%s\""
                                .formatted(blocks.group(1)));
            }
            if (blocks.group(2).contains(":")) {
                return Optional.of("no PEM block headers are permitted");
            }
            if (!isCertificate(blocks.group(2))) {
                return Optional.of("a CERTIFICATE PEM block holds no certificate");
            }
            any = true;
        }
        return any
                ? Optional.empty()
                : Optional.of("must contain at least one CERTIFICATE PEM block");
    }

    private static boolean isCertificate(String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
            return true;
        } catch (CertificateException | IllegalArgumentException e) {
            return false;
        }
    }
}
