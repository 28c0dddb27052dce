package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects by a value computed from each. One writer at a time, any readers. */
final class ObjectIndex<T extends ApiObject> {

    private final Index<? super T> index;
    private final Map<String, Map<ObjectKey, T>> buckets = new ConcurrentHashMap<>();

    ObjectIndex(Index<? super T> index) {
        this.index = index;
    }

    Stream<T> find(String value) {
        return buckets.getOrDefault(value, Map.of()).values().stream();
    }

    /** Files an object under its values now, and no longer under those that only it before had. */
    void replace(@Nullable T before, @Nullable T now) {
        Collection<String> values = now == null ? List.of() : index.values().apply(now);
        if (now != null) {
            values.forEach(value -> bucket(value).put(now.key(), now));
        }
        if (before != null) {
            for (String value : index.values().apply(before)) {
                if (!values.contains(value)) {
                    remove(value, before.key());
                }
            }
        }
    }

    private Map<ObjectKey, T> bucket(String value) {
        return buckets.computeIfAbsent(value, v -> new ConcurrentHashMap<>());
    }

    private void remove(String value, ObjectKey key) {
        Map<ObjectKey, T> bucket = buckets.get(value);
        if (bucket != null) {
            bucket.remove(key);
            if (bucket.isEmpty()) {
                buckets.remove(value);
            }
        }
    }
}
