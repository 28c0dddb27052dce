package dev.quilla.client;

/** A call that got no answer. */
public final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean sent;

    /**
     * A call failed on the way.
     *
     * @param sent whether the request may have reached the server, so that nobody knows whether it
     *     was carried out
     */
    public TransportException(String message, Throwable cause, boolean sent) {
        super(message, cause);
        this.sent = sent;
    }

    /** Whether the request may have reached the server. */
    public boolean sent() {
        return sent;
    }
}
