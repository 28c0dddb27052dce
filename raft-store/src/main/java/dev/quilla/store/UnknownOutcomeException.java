package dev.quilla.store;

/** Contact was lost while a transaction was under way: it may or may not have happened. */
public final class UnknownOutcomeException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Says what was asked for. */
    public UnknownOutcomeException(String message) {
        super(message);
    }
}
