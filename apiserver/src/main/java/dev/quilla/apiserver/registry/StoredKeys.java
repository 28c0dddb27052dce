package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.KeyRing;
import dev.quilla.apiserver.encryption.RootKey;
import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.store.Entry;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells with which keys what is stored is encrypted. Thread-safe. */
public final class StoredKeys {

    private final ObjectStore objects;
    private final ResourceRegistry registry;
    private final Encryption encryption;
    private final Optional<KeyRing> ring;
    private final Set<GroupResource> encrypted;
    private volatile boolean complete;

    /**
     * Looks at those objects.
     *
     * @param ring what this master holds; empty where nothing is encrypted
     * @param encrypted whose objects are encrypted when they are written
     */
    public StoredKeys(
            ObjectStore objects,
            ResourceRegistry registry,
            Encryption encryption,
            Optional<KeyRing> ring,
            Set<GroupResource> encrypted) {
        this.objects = objects;
        this.registry = registry;
        this.encryption = encryption;
        this.ring = ring;
        this.encrypted = encrypted.stream().map(Keys::home).collect(Collectors.toSet());
    }

    /** The keys that this master holds; empty where nothing is encrypted. */
    public Optional<KeyRing> ring() {
        return ring;
    }

    /**
     * How the objects of a resource are stored.
     *
     * @param byKey how many of them by key; those in clear under the empty text
     */
    public record Count(GroupResource resource, Map<String, Integer> byKey) {}

    /** All resources that are encrypted, or of which anything is. */
    public List<Count> counts() {
        return counts(objects.newest());
    }

    private List<Count> counts(View view) {
        Map<GroupResource, Map<String, Integer>> counts =
                new TreeMap<>(Comparator.comparing(GroupResource::toString));
        encrypted.forEach(r -> counts.put(r, new TreeMap<>()));
        for (Entry entry : view.range(Keys.allObjects(), 0)) {
            counts.computeIfAbsent(Keys.resourceOf(entry.key()), r -> new TreeMap<>())
                    .merge(Encryption.keyOf(entry.value()).orElse(""), 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .filter(e ->
                        encrypted.contains(e.getKey())
                                || e.getValue().keySet().stream().anyMatch(k -> !k.isEmpty()))
                .map(e -> new Count(e.getKey(), Map.copyOf(e.getValue())))
                .toList();
    }

    /**
     * The API's paths of objects that would be stored otherwise today: with another key, or none.
     * Writing one as it is does that.
     *
     * @param max no more than so many
     */
    public List<String> outdated(int max) {
        List<String> paths = new ArrayList<>();
        for (Entry entry : objects.newest().range(Keys.allObjects(), 0)) {
            GroupResource resource = Keys.resourceOf(entry.key());
            if (paths.size() < max && encryption.isOutdated(resource, entry.value())) {
                registry.find(resource)
                        .map(r -> path(r, Keys.objectOf(entry.key())))
                        .ifPresent(paths::add);
            }
        }
        return paths;
    }

    private static String path(ServedResource resource, ObjectKey key) {
        String version = resource.gvk().groupVersion().toString();
        return (version.contains("/") ? "/apis/" : "/api/")
                + version
                + (key.namespace().isEmpty() ? "/" : "/namespaces/" + key.namespace() + "/")
                + resource.groupResource().resource()
                + "/"
                + key.name();
    }

    /**
     * What is wrong: a key that objects here are encrypted with and that this master does not hold.
     * Once nothing was, nothing is looked at any more, for what is written is written with keys
     * that all masters hold.
     */
    public Optional<String> problem() {
        if (complete) {
            return Optional.empty();
        }
        Set<String> held =
                ring.map(r -> r.keys().stream().map(RootKey::id).collect(Collectors.toSet()))
                        .orElse(Set.of());
        for (Count count : counts(objects.local())) {
            for (Map.Entry<String, Integer> entry : count.byKey().entrySet()) {
                String id = entry.getKey();
                if (!id.isEmpty() && !held.contains(id)) {
                    return Optional.of(
                            "%d %s are encrypted with key '%s', which this master does not hold"
                                    .formatted(entry.getValue(), count.resource(), id));
                }
            }
        }
        complete = true;
        return Optional.empty();
    }
}
