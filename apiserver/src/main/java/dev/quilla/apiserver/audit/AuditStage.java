package dev.quilla.apiserver.audit;

/** Where a request is when an event is made of it. */
public enum AuditStage {
    /** It has come, and who asks is known. */
    REQUEST_RECEIVED("RequestReceived"),
    /** The head of an answer that takes long, such as a watch, has been sent. */
    RESPONSE_STARTED("ResponseStarted"),
    /** The answer is complete. */
    RESPONSE_COMPLETE("ResponseComplete"),
    /** The server failed in a way that it was not made for. */
    PANIC("Panic");

    private final String text;

    AuditStage(String text) {
        this.text = text;
    }

    /** As policies and events write it. */
    public String text() {
        return text;
    }
}
