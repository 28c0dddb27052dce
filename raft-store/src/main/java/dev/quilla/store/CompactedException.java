package dev.quilla.store;

/** The history that was asked for is no longer kept. */
public final class CompactedException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final long oldest;

    /**
     * Says what was asked for.
     *
     * @param oldest the oldest revision that can be read; changes after it can be watched
     */
    public CompactedException(String message, long oldest) {
        super(message);
        this.oldest = oldest;
    }

    /** The oldest revision that can be read; changes after it can be watched. */
    public long oldest() {
        return oldest;
    }
}
