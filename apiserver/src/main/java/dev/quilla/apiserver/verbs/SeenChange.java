package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiReply.EventSource.Frame;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.model.Struct;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change of an object as all see it who watch its resource: what has to be made of it is made for
 * the first of them. Thread-safe.
 */
final class SeenChange {

    private final Function<Entry, Outgoing> reading;
    private final long revision;
    private final Optional<Entry> entryBefore;
    private final Optional<Outgoing> now;
    private @Nullable Outgoing before;
    private @Nullable Outgoing gone;

    /**
     * What an event is about.
     *
     * @param reading makes objects of entries
     * @throws dev.quilla.model.ApiException if the changed object can't be read
     */
    SeenChange(Event event, Function<Entry, Outgoing> reading) {
        this.reading = reading;
        this.revision = event.revision();
        switch (event) {
            case Event.Put(Entry entry, Optional<Entry> previous) -> {
                this.now = Optional.of(new SharedOutgoing(reading.apply(entry)));
                this.entryBefore = previous;
            }
            case Event.Deleted(long _, Entry previous) -> {
                this.now = Optional.empty();
                this.entryBefore = Optional.of(previous);
            }
        }
    }

    /**
     * What it is to a watcher: an object may enter or leave what was selected.
     *
     * @throws dev.quilla.model.ApiException if an object can't be read
     */
    Optional<Frame> frame(Selection selection) {
        boolean matched =
                entryBefore.isPresent()
                        && (selection.isEverything() || selection.matches(before()));
        Optional<Outgoing> found = now.filter(selection::matches);
        if (found.isPresent()) {
            return Optional.of(new Frame(matched ? "MODIFIED" : "ADDED", found.get()));
        }
        return matched ? Optional.of(new Frame("DELETED", gone())) : Optional.empty();
    }

    /**
     * What something of the object was before and is now.
     *
     * @throws dev.quilla.model.ApiException if an object can't be read
     */
    Set<String> values(Function<Struct, String> value) {
        Set<String> values = new HashSet<>(4);
        now.ifPresent(object -> values.add(value.apply(object.object())));
        if (entryBefore.isPresent()) {
            values.add(value.apply(before().object()));
        }
        return values;
    }

    private synchronized Outgoing before() {
        Outgoing known = before;
        if (known == null) {
            known = new SharedOutgoing(reading.apply(entryBefore.orElseThrow()));
            before = known;
        }
        return known;
    }

    /** What is gone is told with the revision at which it went. */
    private synchronized Outgoing gone() {
        Outgoing known = gone;
        if (known == null) {
            Struct object =
                    before().object()
                            .withAt(Long.toString(revision), "metadata", "resourceVersion");
            known = new SharedOutgoing(() -> object);
            gone = known;
        }
        return known;
    }
}
