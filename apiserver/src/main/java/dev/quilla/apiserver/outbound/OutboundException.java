package dev.quilla.apiserver.outbound;

/** A server that extends this one can't be reached, or gave no answer that can be used. */
public final class OutboundException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** Says why. */
    public OutboundException(String message) {
        this("FailedDiscoveryCheck", message);
    }

    /**
     * Says why.
     *
     * @param reason in one word, as conditions have it
     */
    public OutboundException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why, in one word. */
    public String reason() {
        return reason;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
