package dev.quilla.client;

import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Event;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Turns occurrences into Event objects, or into a higher count of one. Used by one thread. */
final class EventWriter {

    private static final int KNOWN_MAX = 4096;
    private static final int MESSAGE_MAX = 1024;
    private static final int NAME_MAX = 230;

    private final ResourceClient<Event> events;
    private final String component;
    private final String instance;
    private final Map<Occurrence.Kind, Written> known = new LruMap<>(KNOWN_MAX);
    private long lastStamp;

    private record Written(ObjectKey key, int count) {}

    EventWriter(ApiClient client, String component, String instance) {
        this.events = client.resource(Resources.EVENTS);
        this.component = component;
        this.instance = instance;
    }

    void write(Occurrence occurrence) {
        Written written = known.get(occurrence.kind());
        if (written == null || !countAgain(occurrence, written)) {
            Event event = events.create(event(occurrence));
            known.put(occurrence.kind(), new Written(event.key(), 1));
        }
    }

    /** Raises the count; false when the event was deleted meanwhile. */
    private boolean countAgain(Occurrence occurrence, Written written) {
        int count = written.count() + 1;
        byte[] patch =
                JsonTree.write(
                        Map.of("count", count, "lastTimestamp", seconds(occurrence).toString()));
        try {
            events.patch(written.key(), PatchType.MERGE, patch);
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return false;
            }
            throw e;
        }
        known.put(occurrence.kind(), new Written(written.key(), count));
        return true;
    }

    private Event event(Occurrence occurrence) {
        Instant time = seconds(occurrence);
        String namespace = occurrence.object().namespace();
        return Event.builder()
                .metadata(m ->
                        m.name(uniqueName(occurrence))
                                .namespace(namespace.isEmpty() ? "default" : namespace))
                .involvedObject(occurrence.object())
                .type(occurrence.type().toString())
                .reason(occurrence.reason())
                .message(cut(occurrence.message(), MESSAGE_MAX))
                .source(s -> s.component(component).host(instance))
                .reportingComponent(component)
                .reportingInstance(instance)
                .firstTimestamp(time)
                .lastTimestamp(time)
                .count(1)
                .build();
    }

    private String uniqueName(Occurrence occurrence) {
        long stamp = ChronoUnit.NANOS.between(Instant.EPOCH, occurrence.time());
        lastStamp = Math.max(stamp, lastStamp + 1);
        return cut(occurrence.object().name(), NAME_MAX) + "." + Long.toHexString(lastStamp);
    }

    private static Instant seconds(Occurrence occurrence) {
        return occurrence.time().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String cut(String text, int lengthMax) {
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax);
    }
}
