package dev.quilla.store;

/** A transaction, key or value beyond its limit. */
public final class TooLargeException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Says what was asked for. */
    public TooLargeException(String message) {
        super(message);
    }
}
