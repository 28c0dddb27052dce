package dev.quilla.apiserver.audit;

/** How much is recorded of a request; each holds what those before it hold. */
public enum AuditLevel {
    /** Nothing. */
    NONE("None"),
    /** Who asked for what, and what became of it; nothing of what was sent or answered. */
    METADATA("Metadata"),
    /** Also the object that was sent. */
    REQUEST("Request"),
    /** Also the object that was answered. */
    REQUEST_RESPONSE("RequestResponse");

    private final String text;

    AuditLevel(String text) {
        this.text = text;
    }

    /** As policies and events write it. */
    public String text() {
        return text;
    }
}
