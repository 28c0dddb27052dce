package dev.quilla.apiserver.encryption;

import dev.quilla.store.Bytes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A key that masters share, and that never encrypts a value itself: data keys are derived from it.
 *
 * @param id names it in stored values; lower-case letters, digits and dashes
 * @param secret 32 bytes
 */
public record RootKey(String id, Bytes secret) {

    /** How many bytes the secret has: AES-256. */
    public static final int SECRET_BYTES = 32;

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public RootKey {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a key's id has 1 to 63 lower-case letters, digits and dashes, not '"
                            + id
                            + "'");
        }
        if (secret.length() != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "key '%s' must have %d bytes, not %d"
                            .formatted(id, SECRET_BYTES, secret.length()));
        }
    }

    /** A new key of that name. */
    public static RootKey generate(String id, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new RootKey(id, Bytes.wrap(secret));
    }

    /**
     * A key with its secret as text.
     *
     * @throws IllegalArgumentException if it is no key
     */
    public static RootKey of(String id, String base64) {
        try {
            return new RootKey(id, Bytes.wrap(Base64.getDecoder().decode(base64)));
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(
                    why.contains("key") ? why : "key '" + id + "' is not in base64", e);
        }
    }

    /** The secret in base64. */
    public String base64() {
        return Base64.getEncoder().encodeToString(secret.shared());
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "key " + id;
    }
}
