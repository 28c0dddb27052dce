package dev.quilla.store;

/** There is no room for a write: reads and deletions go on. */
public final class NoSpaceException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Says what is full. */
    public NoSpaceException(String message) {
        super(message);
    }
}
