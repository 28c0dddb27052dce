package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a service's own chains and sets are called: the same at any time, and readable. A digest
 * keeps names apart that are too long for the kernel.
 */
final class RuleNames {

    private static final int DIGEST_BYTES = 6;
    private static final int READABLE_MAX = 80;

    private RuleNames() {}

    static String of(String purpose, ServicePortKey key) {
        return named(purpose, text(key));
    }

    static String of(String purpose, ServicePortKey key, Backend backend) {
        return named(purpose, backend.address() + "_" + backend.port() + "/" + text(key));
    }

    private static String text(ServicePortKey key) {
        String service = key.namespace() + "/" + key.service();
        return key.port().isEmpty() ? service : service + "/" + key.port();
    }

    private static String named(String purpose, String text) {
        String readable = text.substring(0, Math.min(text.length(), READABLE_MAX));
        return purpose + "-" + digest(text) + "-" + readable;
    }

    private static String digest(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
