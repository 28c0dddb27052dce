package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import java.nio.charset.StandardCharsets;

/**
 * etcd's keys are bytes, the store's are text: a byte is the character of its number, which keeps
 * their order.
 */
final class Keys {

    /** The key after one of this length still fits the store. */
    private static final int BYTES_MAX = Key.LENGTH_MAX - 1;

    private static final ByteString FROM_KEY = ByteString.copyFrom(new byte[1]);
    private static final String PAST_ALL = String.valueOf(Character.MAX_VALUE);

    private Keys() {}

    static Key key(ByteString bytes) {
        return new Key(text(bytes));
    }

    /** One key, all from a key on, or those before another: as {@code range_end} has it. */
    static KeyRange range(ByteString key, ByteString end) {
        String start = text(key);
        if (end.isEmpty()) {
            return KeyRange.of(new Key(start));
        }
        return new KeyRange(start, end.equals(FROM_KEY) ? PAST_ALL : text(end));
    }

    static ByteString bytes(Key key) {
        return ByteString.copyFrom(key.text(), StandardCharsets.ISO_8859_1);
    }

    private static String text(ByteString bytes) {
        if (bytes.isEmpty()) {
            throw Errors.emptyKey();
        }
        if (bytes.size() > BYTES_MAX) {
            throw Errors.keyTooLong(bytes.size(), BYTES_MAX);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
