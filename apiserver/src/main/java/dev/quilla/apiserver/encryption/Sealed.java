package dev.quilla.apiserver.encryption;

import dev.quilla.store.Bytes;
import dev.quilla.store.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The form of an encrypted value: a byte that says so, the root key's id with its length in front,
 * the salt that the data key was derived with, a nonce, and AES-GCM's ciphertext with its tag.
 *
 * @param keyId which root key
 */
record Sealed(String keyId, Bytes salt, Bytes nonce, Bytes ciphertext) {

    /** Values in clear begin with other bytes. */
    static final byte FORMAT = 2;

    static final int SALT_BYTES = 16;
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    /** The key's id of a value; empty if it is in clear. */
    static Optional<String> keyId(Bytes value) {
        byte[] bytes = value.shared();
        if (bytes.length < 2 || bytes[0] != FORMAT || bytes.length < 2 + bytes[1]) {
            return Optional.empty();
        }
        return Optional.of(new String(bytes, 2, bytes[1], StandardCharsets.US_ASCII));
    }

    static Sealed read(Key key, Bytes value) {
        ByteBuffer in = ByteBuffer.wrap(value.shared());
        String id =
                keyId(value)
                        .filter(i ->
                                in.capacity()
                                        >= 2 + i.length() + SALT_BYTES + NONCE_BYTES + TAG_BYTES)
                        .orElseThrow(() ->
                                new UnreadableValueException(
                                        "the encrypted value of " + key + " is cut off"));
        in.position(2 + id.length());
        return new Sealed(
                id, bytes(in, SALT_BYTES), bytes(in, NONCE_BYTES), bytes(in, in.remaining()));
    }

    private static Bytes bytes(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return Bytes.wrap(bytes);
    }

    Bytes write() {
        ByteBuffer out =
                ByteBuffer.allocate(
                        2 + keyId.length() + SALT_BYTES + NONCE_BYTES + ciphertext.length());
        out.put(FORMAT).put((byte) keyId.length());
        out.put(keyId.getBytes(StandardCharsets.US_ASCII));
        out.put(salt.shared()).put(nonce.shared()).put(ciphertext.shared());
        return Bytes.wrap(out.array());
    }

    /**
     * What is authenticated beside the value: whose it is, so that nobody can put it in another
     * one's place, and what it was encrypted with.
     */
    static byte[] context(Key key, String keyId, Bytes salt) {
        byte[] id = keyId.getBytes(StandardCharsets.US_ASCII);
        byte[] place = key.text().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + id.length + SALT_BYTES + place.length)
                .put(FORMAT)
                .put((byte) id.length)
                .put(id)
                .put(salt.shared())
                .put(place)
                .array();
    }
}
