package dev.quilla.store;

import java.util.List;

/**
 * What a watch delivers.
 *
 * @param events in the order in which they happened; may be empty
 * @param revision everything up to this revision has been delivered
 */
public record Events(List<Event> events, long revision) {
    public Events {
        events = List.copyOf(events);
    }
}
