package dev.quilla.store;

/** What a member has on disk can't be read, or is not what was written. It is never served. */
public final class DamagedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Says which file it is, and what is wrong with it. */
    public DamagedException(String message) {
        super(message);
    }
}
