package dev.quilla.apiserver.encryption;

import dev.quilla.store.Bytes;
import dev.quilla.store.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that encrypts values with AES-256-GCM (NIST SP 800-38D), derived from a root key and a salt
 * by HKDF (RFC 5869). Whoever encrypts has a salt of its own, so its nonces may simply count.
 * Thread-safe.
 */
final class DataKey {

    private static final byte[] PURPOSE =
            "quilla: values at rest".getBytes(StandardCharsets.US_ASCII);

    private static final String CIPHER = "AES/GCM/NoPadding";

    private final RootKey root;
    private final Bytes salt;
    private final SecretKey secret;
    private final AtomicLong count = new AtomicLong();

    private DataKey(RootKey root, Bytes salt, SecretKey secret) {
        this.root = root;
        this.salt = salt;
        this.secret = secret;
    }

    static DataKey derive(RootKey root, Bytes salt) {
        try {
            SecretKey secret =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveKey(
                                    "AES",
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(
                                                    new SecretKeySpec(
                                                            root.secret().shared(), "Generic"))
                                            .addSalt(salt.shared())
                                            .thenExpand(PURPOSE, RootKey.SECRET_BYTES));
            return new DataKey(root, salt, secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HKDF-SHA256", e);
        }
    }

    RootKey root() {
        return root;
    }

    /** How many values it has encrypted. */
    long count() {
        return count.get();
    }

    Bytes seal(Key key, byte[] plain) {
        byte[] nonce =
                ByteBuffer.allocate(Sealed.NONCE_BYTES)
                        .putLong(Sealed.NONCE_BYTES - Long.BYTES, count.getAndIncrement())
                        .array();
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, key);
            Bytes ciphertext = Bytes.wrap(cipher.doFinal(plain));
            return new Sealed(root.id(), salt, Bytes.wrap(nonce), ciphertext).write();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + CIPHER, e);
        }
    }

    byte[] open(Key key, Sealed value) {
        try {
            return cipher(Cipher.DECRYPT_MODE, value.nonce().shared(), key)
                    .doFinal(value.ciphertext().shared());
        } catch (AEADBadTagException _) {
            throw new UnreadableValueException(
                    "the value of %s is not what was encrypted there with key '%s'"
                            .formatted(key, root.id()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + CIPHER, e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, Key key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, secret, new GCMParameterSpec(Sealed.TAG_BYTES * 8, nonce));
        cipher.updateAAD(Sealed.context(key, root.id(), salt));
        return cipher;
    }
}
