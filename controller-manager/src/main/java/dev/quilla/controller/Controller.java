package dev.quilla.controller;

import dev.quilla.model.ObjectKey;
import java.time.Duration;
import java.util.List;

/**
 * Keeps objects of one kind as they should be. Keys are reconciled by one thread at a time each.
 */
public interface Controller {

    /** Its name, in logs and events. */
    String name();

    /** What wakes it. */
    List<Trigger> triggers();

    /**
     * Takes the steps that one object needs now. Idempotent.
     *
     * @throws RuntimeException to be tried again later, and later each time
     */
    Outcome reconcile(ObjectKey key);

    /** What is to happen with a key after a reconciliation. */
    sealed interface Outcome {

        /** Nothing, until something changes. */
        record Done() implements Outcome {}

        /** It is looked at again after some time. */
        record After(Duration delay) implements Outcome {}

        /** Nothing, until something changes. */
        Outcome DONE = new Done();
    }
}
