package dev.quilla.apiserver.registry;

import dev.quilla.store.CompactedException;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.function.Function;

/**
 * A value made of everything in a range of keys, and kept for as long as nothing there changes: for
 * what many requests need and few write. There is no thread: whoever wants it looks through what
 * has changed since somebody wanted it last, so it is never behind this master's own state.
 * Thread-safe.
 */
public final class Derived<T> {

    private final ObjectStore objects;
    private final KeyRange range;
    private final Function<View, T> make;

    /** Guards the watch. */
    private final Object lock = new Object();

    private Watch changes;
    private volatile Made<T> made;

    /**
     * What was made.
     *
     * @param revision up to which nothing has changed since
     */
    private record Made<T>(long revision, T value) {}

    /**
     * A value of a range.
     *
     * @param make pure; must look at nothing outside the range
     */
    public Derived(ObjectStore objects, KeyRange range, Function<View, T> make) {
        this.objects = objects;
        this.range = range;
        this.make = make;
        View view = objects.local();
        this.changes = objects.store().watch(range, view.revision());
        this.made = new Made<>(view.revision(), make.apply(view));
    }

    /** The value, as of this master's own state. */
    public T get() {
        Made<T> known = made;
        if (objects.local().revision() == known.revision()) {
            return known.value();
        }
        synchronized (lock) {
            return isChanged() ? makeAgain() : made.value();
        }
    }

    private boolean isChanged() {
        try {
            var news = changes.next(Duration.ZERO);
            made = new Made<>(news.revision(), made.value());
            return !news.events().isEmpty();
        } catch (CompactedException e) {
            // Nobody wanted it for so long that nobody knows.
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private T makeAgain() {
        View view = objects.local();
        T value = make.apply(view);
        changes.close();
        changes = objects.store().watch(range, view.revision());
        made = new Made<>(view.revision(), value);
        return value;
    }
}
