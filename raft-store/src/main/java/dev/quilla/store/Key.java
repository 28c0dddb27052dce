package dev.quilla.store;

/**
 * Names an entry; ordered by its text.
 *
 * @param text not empty
 */
public record Key(String text) implements Comparable<Key> {

    /** Longer keys are refused. */
    public static final int LENGTH_MAX = 1024;

    public Key {
        if (text.isEmpty() || text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a key has 1 to " + LENGTH_MAX + " characters, not " + text.length());
        }
    }

    @Override
    public int compareTo(Key other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
