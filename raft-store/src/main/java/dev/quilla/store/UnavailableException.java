package dev.quilla.store;

/** No majority of members answers in time; nothing was written. */
public final class UnavailableException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Says what was asked for. */
    public UnavailableException(String message) {
        super(message);
    }
}
