package dev.quilla.apiserver.registry;

import dev.quilla.store.Entry;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import java.util.List;
import java.util.function.Function;

/**
 * A value made of everything in a range of keys, and kept for as long as nothing there changes: for
 * what many requests need and few write. There is no watch and no thread: it is looked up in this
 * master's own state, so it is never behind that. Thread-safe; at worst the same value is made
 * twice.
 */
public final class Derived<T> {

    private final ObjectStore objects;
    private final KeyRange range;
    private final Function<View, T> make;
    private volatile Made<T> made;

    /**
     * What was made.
     *
     * @param revision the newest at which the entries were seen
     */
    private record Made<T>(long revision, List<Entry> entries, T value) {

        boolean isOf(List<Entry> others) {
            if (entries.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < others.size(); i++) {
                Entry mine = entries.get(i);
                Entry other = others.get(i);
                if (mine.modRevision() != other.modRevision() || !mine.key().equals(other.key())) {
                    return false;
                }
            }
            return true;
        }
    }

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
        this.made = new Made<>(view.revision(), view.range(range, 0), make.apply(view));
    }

    /** The value, as of this master's own state. */
    public T get() {
        Made<T> known = made;
        View view = objects.local();
        if (view.revision() == known.revision()) {
            return known.value();
        }
        List<Entry> entries = view.range(range, 0);
        T value = known.isOf(entries) ? known.value() : make.apply(view);
        made = new Made<>(view.revision(), entries, value);
        return value;
    }
}
