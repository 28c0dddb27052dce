package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects by key and by indexes. Writers hold the informer's lock; readers need none, and see each
 * object as it was before or after a write.
 */
final class ObjectCache<T extends ApiObject> {

    private final Map<ObjectKey, T> objects = new ConcurrentHashMap<>();
    private final Map<String, ObjectIndex<T>> indexes = new ConcurrentHashMap<>();
    private final ObjectIndex<T> byNamespace =
            new ObjectIndex<>(new Index<T>("namespace", object -> List.of(object.namespace())));

    Optional<T> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    Stream<T> all() {
        return objects.values().stream();
    }

    Stream<T> inNamespace(String namespace) {
        return byNamespace.find(namespace);
    }

    Stream<T> byIndex(String name, String value) {
        ObjectIndex<T> index = indexes.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no index " + name + " was registered");
        }
        return index.find(value);
    }

    void addIndex(Index<? super T> index) {
        if (!indexes.containsKey(index.name())) {
            ObjectIndex<T> added = new ObjectIndex<>(index);
            objects.values().forEach(object -> added.replace(null, object));
            indexes.put(index.name(), added);
        }
    }

    /** Takes an object that was added or changed, unless the cache knows it as new or newer. */
    List<Change<T>> put(T object) {
        T before = objects.get(object.key());
        if (before != null && revision(before) >= revision(object)) {
            return List.of();
        }
        store(before, object);
        if (before == null) {
            return List.of(new Change.Added<>(object));
        }
        return before.uid().equals(object.uid())
                ? List.of(new Change.Updated<>(before, object))
                : List.of(new Change.Deleted<>(before), new Change.Added<>(object));
    }

    /** Takes note that an object is gone, unless the cache knows a newer one of that name. */
    List<Change<T>> remove(T last) {
        T before = objects.get(last.key());
        if (before == null || revision(before) > revision(last)) {
            return List.of();
        }
        drop(before);
        return List.of(new Change.Deleted<>(last));
    }

    /** Makes the cache equal to a list, and tells what that changed. */
    List<Change<T>> replace(Collection<T> listed) {
        Map<ObjectKey, T> wanted = HashMap.newHashMap(listed.size());
        listed.forEach(object -> wanted.put(object.key(), object));
        List<Change<T>> changes = new ArrayList<>();
        for (T before : List.copyOf(objects.values())) {
            if (!wanted.containsKey(before.key())) {
                drop(before);
                changes.add(new Change.Deleted<>(before));
            }
        }
        listed.forEach(object -> changes.addAll(put(object)));
        return changes;
    }

    /** Indexes first: whoever has seen a change by its key finds it by them too. */
    private void store(@Nullable T before, T object) {
        byNamespace.replace(before, object);
        indexes.values().forEach(index -> index.replace(before, object));
        objects.put(object.key(), object);
    }

    private void drop(T object) {
        byNamespace.replace(object, null);
        indexes.values().forEach(index -> index.replace(object, null));
        objects.remove(object.key());
    }

    /** Resource versions are revisions of one log: comparable numbers. */
    static long revision(ApiObject object) {
        return revision(object.resourceVersion());
    }

    static long revision(String resourceVersion) {
        return resourceVersion.isEmpty() ? 0 : Long.parseLong(resourceVersion);
    }
}
