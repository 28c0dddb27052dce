package dev.quilla.client;

/** A watch is over, in good order or because the connection broke; nothing seen so far is lost. */
public final class WatchEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The server ended the watch, or this side closed it. */
    public WatchEndedException(String message) {
        super(message);
    }

    /** The connection broke. */
    public WatchEndedException(String message, Throwable cause) {
        super(message, cause);
    }
}
