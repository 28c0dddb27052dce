package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Index;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.OwnerReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Deletes what belongs to something that is gone, and carries out what a deletion asks for its
 * dependents: to go first (foreground), to stay (orphan), or to follow.
 *
 * <p>A key names a dependent or an owner by kind: {@code namespace} is the object's, {@code name}
 * is {@code Kind|name}.
 */
public final class GarbageCollector implements Controller {

    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    /** Finds objects by the uids of their owners. */
    private static final Index<ApiObject> BY_OWNER =
            new Index<>(
                    "owner",
                    object ->
                            object.metadata().ownerReferences().stream()
                                    .map(OwnerReference::uid)
                                    .toList());

    private final ApiClient client;
    private final Map<String, Watched<?>> watched = new LinkedHashMap<>();

    private record Watched<T extends ApiObject>(ResourceType<T> type, Informer<T> informer) {

        Optional<T> get(ObjectKey key) {
            return informer.get(key);
        }
    }

    /** Works through a client and shared informers. */
    public GarbageCollector(ApiClient client, Informers informers) {
        this.client = client;
        watch(informers, Resources.PODS);
        watch(informers, Resources.REPLICA_SETS);
        watch(informers, Resources.DEPLOYMENTS);
        watch(informers, Resources.STATEFUL_SETS);
        watch(informers, Resources.DAEMON_SETS);
        watch(informers, Resources.JOBS);
        watch(informers, Resources.CRON_JOBS);
        watch(informers, Resources.SERVICES);
        watch(informers, Resources.ENDPOINTS);
        watch(informers, Resources.ENDPOINT_SLICES);
        watch(informers, Resources.CONFIG_MAPS);
        watch(informers, Resources.SECRETS);
        watch(informers, Resources.NODES);
    }

    private <T extends ApiObject> void watch(Informers informers, ResourceType<T> type) {
        Informer<T> informer = informers.of(type);
        informer.addIndex(BY_OWNER);
        watched.put(type.gvk().kind(), new Watched<>(type, informer));
    }

    @Override
    public String name() {
        return "garbagecollector";
    }

    @Override
    public List<Trigger> triggers() {
        List<Trigger> triggers = new ArrayList<>();
        watched.forEach((kind, w) -> triggers.add(Trigger.on(w.informer(), o -> wakes(kind, o))));
        return triggers;
    }

    /** A change concerns the object itself, its owners, and, when it goes, its dependents. */
    private List<ObjectKey> wakes(String kind, ApiObject object) {
        List<ObjectKey> keys = new ArrayList<>();
        keys.add(key(kind, object));
        for (OwnerReference owner : object.metadata().ownerReferences()) {
            keys.add(new ObjectKey(namespaceOf(owner, object), owner.kind() + "|" + owner.name()));
        }
        dependents(object).forEach(d -> keys.add(key(d.kind(), d.object())));
        return keys;
    }

    /** An owner is in the namespace of what it owns, or in none. */
    private String namespaceOf(OwnerReference owner, ApiObject owned) {
        Watched<?> kind = watched.get(owner.kind());
        return kind != null && !kind.type().namespaced() ? "" : owned.namespace();
    }

    private static ObjectKey key(String kind, ApiObject object) {
        return new ObjectKey(object.namespace(), kind + "|" + object.name());
    }

    private record Dependent(String kind, ApiObject object) {}

    private List<Dependent> dependents(ApiObject owner) {
        List<Dependent> all = new ArrayList<>();
        watched.forEach((kind, w) ->
                w.informer()
                        .byIndex(BY_OWNER, owner.uid())
                        .forEach(o -> all.add(new Dependent(kind, o))));
        return all;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        int bar = key.name().indexOf('|');
        String kind = key.name().substring(0, bar);
        Watched<?> watchedKind = watched.get(kind);
        if (watchedKind == null) {
            return Outcome.DONE;
        }
        Optional<? extends ApiObject> object =
                watchedKind.get(new ObjectKey(key.namespace(), key.name().substring(bar + 1)));
        if (object.isEmpty()) {
            return Outcome.DONE;
        }
        if (object.get().metadata().hasDeletionTimestamp()) {
            finish(watchedKind.type(), object.get());
        } else if (!object.get().metadata().ownerReferences().isEmpty()) {
            collect(watchedKind.type(), object.get());
        }
        return Outcome.DONE;
    }

    /** An object whose owners are all gone goes too. */
    private void collect(ResourceType<?> type, ApiObject object) {
        boolean owned = false;
        boolean waitsFor = false;
        for (OwnerReference reference : object.metadata().ownerReferences()) {
            Optional<ApiObject> owner = owner(object, reference);
            if (owner.isPresent()) {
                boolean foreground = waitsForDependents(owner.get());
                owned |= !foreground;
                waitsFor |= foreground;
            }
        }
        if (owned) {
            return;
        }
        if (waitsFor && dependents(object).stream().anyMatch(d -> waitsForDependents(d.object()))) {
            unblock(type, object);
        }
        DeleteOptions options =
                DeleteOptions.builder()
                        .propagationPolicy(waitsFor ? "Foreground" : "Background")
                        .preconditions(p -> p.uid(object.uid()))
                        .build();
        delete(type, object.key(), options);
    }

    private static boolean waitsForDependents(ApiObject object) {
        return object.metadata().hasDeletionTimestamp()
                && object.metadata().finalizers().contains(FOREGROUND);
    }

    /** Owners that own each other in a circle must not wait for each other. */
    private void unblock(ResourceType<?> type, ApiObject object) {
        List<OwnerReference> owners =
                object.metadata().ownerReferences().stream()
                        .map(o -> o.toBuilder().blockOwnerDeletion(false).build())
                        .toList();
        patch(type, object.key(), Owners.patch(object, owners));
    }

    /** The owner, if it is there; looked up again where the informer does not know it. */
    private Optional<ApiObject> owner(ApiObject object, OwnerReference reference) {
        Watched<?> kind = watched.get(reference.kind());
        if (kind == null) {
            return Optional.of(object); // Of a kind that nobody watches here: it is left alone.
        }
        ObjectKey key = new ObjectKey(namespaceOf(reference, object), reference.name());
        Optional<? extends ApiObject> known = kind.get(key);
        if (known.isEmpty()) {
            known = client.resource(kind.type()).find(key);
        }
        return known.filter(o -> o.uid().equals(reference.uid())).map(o -> o);
    }

    /** Takes the finalizers off that stand for what has been done. */
    private void finish(ResourceType<?> type, ApiObject object) {
        List<String> finalizers = object.metadata().finalizers();
        if (finalizers.contains(ORPHAN)) {
            for (Dependent d : dependents(object)) {
                Watched<?> w = watched.get(d.kind());
                if (w != null) {
                    disown(w.type(), d.object(), object);
                }
            }
            removeFinalizer(type, object, ORPHAN);
        } else if (finalizers.contains(FOREGROUND)) {
            boolean blocked = false;
            for (Dependent d : dependents(object)) {
                blocked |=
                        d.object().metadata().ownerReferences().stream()
                                .anyMatch(r ->
                                        r.uid().equals(object.uid()) && r.blockOwnerDeletion());
                Watched<?> w = watched.get(d.kind());
                if (w != null && !d.object().metadata().hasDeletionTimestamp()) {
                    collect(w.type(), d.object());
                }
            }
            if (!blocked) {
                removeFinalizer(type, object, FOREGROUND);
            }
        }
    }

    private void disown(ResourceType<?> type, ApiObject dependent, ApiObject owner) {
        List<OwnerReference> others =
                dependent.metadata().ownerReferences().stream()
                        .filter(r -> !r.uid().equals(owner.uid()))
                        .toList();
        patch(type, dependent.key(), Owners.patch(dependent, others));
    }

    private void removeFinalizer(ResourceType<?> type, ApiObject object, String finalizer) {
        String rest =
                object.metadata().finalizers().stream()
                        .filter(f -> !f.equals(finalizer))
                        .map(f -> "\"" + f + "\"")
                        .collect(Collectors.joining(",", "[", "]"));
        patch(
                type,
                object.key(),
                "{\"metadata\":{\"resourceVersion\":\"%s\",\"finalizers\":%s}}"
                        .formatted(object.resourceVersion(), rest)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void patch(ResourceType<?> type, ObjectKey key, byte[] patch) {
        try {
            client.resource(type).patch(key, PatchType.MERGE, patch);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void delete(ResourceType<?> type, ObjectKey key, DeleteOptions options) {
        try {
            client.resource(type).delete(key, options);
        } catch (ApiException e) {
            // Gone, or another object of that name by now: either way there is nothing to do.
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }
}
