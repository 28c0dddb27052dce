package dev.quilla.apiserver.request;

import java.util.ArrayList;
import java.util.List;

/** What a client is told beside the answer to a request. Thread-safe. */
public final class Warnings {

    /** More are not told: they travel as header fields. */
    private static final int WARNINGS_MAX = 32;

    private final List<String> texts = new ArrayList<>();

    /** Tells something, once. */
    public synchronized void add(String text) {
        if (texts.size() < WARNINGS_MAX && !texts.contains(text)) {
            texts.add(text);
        }
    }

    /** All, in the order in which they were told. */
    public synchronized List<String> all() {
        return List.copyOf(texts);
    }
}
