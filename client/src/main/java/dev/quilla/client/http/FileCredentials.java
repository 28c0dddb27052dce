package dev.quilla.client.http;

import dev.quilla.pki.Certificates;
import dev.quilla.pki.CertifiedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Keys and tokens in files that somebody renews while we run. */
public final class FileCredentials {

    private FileCredentials() {}

    /** Trusts the authorities in a file, and is nobody. */
    public static Supplier<TlsMaterial> trusting(Path authorities) {
        return new FileSource<>(
                List.of(authorities), () -> TlsMaterial.trusting(Certificates.load(authorities)));
    }

    /** Trusts the authorities in a file, and proves who it is with a certificate and key. */
    public static Supplier<TlsMaterial> mutual(Path authorities, Path certificate, Path key) {
        return new FileSource<>(
                List.of(authorities, certificate, key),
                () ->
                        TlsMaterial.mutual(
                                Certificates.load(authorities),
                                CertifiedKey.load(certificate, key)));
    }

    /** The token in a file. */
    public static Supplier<String> token(Path file) {
        return new FileSource<>(List.of(file), () -> Files.readString(file).strip());
    }
}
