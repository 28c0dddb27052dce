package dev.quilla.plugin;

/** Puts services on one node's network. Called by one thread; {@link #confirmed} by any. */
public interface NetworkProxy extends AutoCloseable {

    /**
     * Makes the network serve exactly this table, all at once: a packet sees the old table or the
     * new one, never a mixture. Idempotent; the first call also clears what an earlier process left
     * behind.
     *
     * @throws Exception when the table could not be put in place; the old one still serves, and the
     *     caller tries again
     */
    void apply(ServiceTable table, ServiceChanges changes) throws Exception;

    /**
     * The generation of the table that the network serves now; 0 before the first. While it is not
     * that of the last one applied, that one is applied again after a second.
     */
    long confirmed();

    /** Stops, and removes what this proxy put into the network. */
    @Override
    void close();
}
