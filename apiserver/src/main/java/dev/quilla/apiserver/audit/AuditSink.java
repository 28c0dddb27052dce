package dev.quilla.apiserver.audit;

/** Where events go. Thread-safe. */
public interface AuditSink extends AutoCloseable {

    /** What it is, such as {@code log}. */
    String name();

    /**
     * Takes an event: JSON on one line, with its end. May wait, and may drop it and count that.
     *
     * @return false if nothing may be done that begins with this event, for it is not recorded
     */
    boolean write(byte[] event);

    /** How events have fared. */
    Counts counts();

    /**
     * How events have fared.
     *
     * @param taken how many came
     * @param dropped how many of them there was no room for
     * @param failed how many of them could not be delivered
     */
    record Counts(long taken, long dropped, long failed) {}

    @Override
    void close();
}
