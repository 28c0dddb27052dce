package dev.quilla.store;

/**
 * Keys from a first one up to, but without, a last one.
 *
 * @param start the first text
 * @param end the text after the last
 */
public record KeyRange(String start, String end) {

    /** All keys. */
    public static final KeyRange ALL = new KeyRange("", String.valueOf(Character.MAX_VALUE));

    /** All keys that start with a text. */
    public static KeyRange prefix(String prefix) {
        return new KeyRange(prefix, prefix + Character.MAX_VALUE);
    }

    /** One key. */
    public static KeyRange of(Key key) {
        return new KeyRange(key.text(), key.text() + Character.MIN_VALUE);
    }

    /** The keys of this range that come after a key. */
    public KeyRange after(Key key) {
        return new KeyRange(key.text() + Character.MIN_VALUE, end);
    }

    /** Whether a key is in the range. */
    public boolean contains(Key key) {
        return key.text().compareTo(start) >= 0 && key.text().compareTo(end) < 0;
    }
}
