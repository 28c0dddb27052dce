package dev.quilla.store;

/** The history that was asked for is no longer kept. */
public final class CompactedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Says what was asked for. */
    public CompactedException(String message) {
        super(message);
    }
}
