package dev.quilla.client;

/** What happened to an object in a cache. */
public sealed interface Change<T> {

    /** The object as it is now, or as it was last where it is gone. */
    T object();

    /** It is new, or was there when the listener came. */
    record Added<T>(T object) implements Change<T> {}

    /** It changed; same object (uid) before and now. */
    record Updated<T>(T before, T now) implements Change<T> {
        @Override
        public T object() {
            return now;
        }
    }

    /**
     * It is gone.
     *
     * @param last its last state known, which may be older than its very last
     */
    record Deleted<T>(T last) implements Change<T> {
        @Override
        public T object() {
            return last;
        }
    }
}
