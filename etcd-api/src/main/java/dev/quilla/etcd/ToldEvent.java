package dev.quilla.etcd;

import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import io.etcd.jetcd.api.Event.EventType;
import io.etcd.jetcd.api.KeyValue;
import org.jspecify.annotations.Nullable;

/** An event as etcd tells it: made once, however many watches want it. For one thread. */
final class ToldEvent {

    private final Event event;
    private io.etcd.jetcd.api.@Nullable Event plain;
    private io.etcd.jetcd.api.@Nullable Event withPrevious;

    ToldEvent(Event event) {
        this.event = event;
    }

    long revision() {
        return event.revision();
    }

    boolean isWantedBy(WatchSpec watch) {
        return switch (event) {
            case Event.Put _ -> watch.puts();
            case Event.Deleted _ -> watch.deletes();
        };
    }

    io.etcd.jetcd.api.Event told(WatchSpec watch) {
        if (watch.previous()) {
            withPrevious = withPrevious == null ? withPrevious() : withPrevious;
            return withPrevious;
        }
        plain = plain == null ? plain().build() : plain;
        return plain;
    }

    private io.etcd.jetcd.api.Event.Builder plain() {
        return switch (event) {
            case Event.Put put ->
                    io.etcd.jetcd.api.Event.newBuilder()
                            .setType(EventType.PUT)
                            .setKv(Ranges.keyValue(put.entry()));
            case Event.Deleted deleted ->
                    io.etcd.jetcd.api.Event.newBuilder()
                            .setType(EventType.DELETE)
                            .setKv(
                                    KeyValue.newBuilder()
                                            .setKey(Keys.bytes(deleted.key()))
                                            .setModRevision(deleted.revision()));
        };
    }

    private io.etcd.jetcd.api.Event withPrevious() {
        io.etcd.jetcd.api.Event.Builder builder = plain();
        switch (event) {
            case Event.Put put -> put.previous().ifPresent(before -> set(builder, before));
            case Event.Deleted deleted -> set(builder, deleted.previous());
        }
        return builder.build();
    }

    private static void set(io.etcd.jetcd.api.Event.Builder builder, Entry before) {
        builder.setPrevKv(Ranges.keyValue(before));
    }
}
