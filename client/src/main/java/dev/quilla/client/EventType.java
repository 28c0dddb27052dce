package dev.quilla.client;

/** How serious an event is. */
public enum EventType {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    EventType(String text) {
        this.text = text;
    }

    /** As the API spells it. */
    @Override
    public String toString() {
        return text;
    }
}
