package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceSpec;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.OwnerReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Deletes what belongs to something that is gone, and carries out what a deletion asks for its
 * dependents: to go first (foreground), to stay (orphan), or to follow.
 *
 * <p>A key names a dependent or an owner by kind: {@code namespace} is the object's, {@code name}
 * is {@code Kind.group|name}. Without a kind it names the {@code APIService} of another server.
 */
public final class GarbageCollector implements Controller {

    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final char BAR = '|';

    /** How often another server is asked what it serves: nobody says when that changes. */
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(30);

    private final ApiClient client;
    private final Deletables deletables;
    private final Informer<APIService> services;
    private final OwnerKinds kinds;

    /** Works through a client and shared informers. */
    public GarbageCollector(ApiClient client, Informers informers) {
        this.client = client;
        this.deletables = new Deletables(client.transport());
        this.services = informers.of(Resources.API_SERVICES);
        this.kinds = new OwnerKinds(informers);
    }

    @Override
    public String name() {
        return "garbagecollector";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.on(services, service -> List.of(key(service))), kinds.trigger(this::wakes));
    }

    /** What stands for another server in the queue. */
    private static ObjectKey key(APIService service) {
        return ObjectKey.cluster(BAR + service.name());
    }

    /** A change concerns the object itself, its owners, and, when it goes, its dependents. */
    private List<ObjectKey> wakes(OwnerKinds.Kind<?> kind, Change<? extends ApiObject> change) {
        List<ObjectKey> keys = new ArrayList<>();
        if (change instanceof Change.Updated<? extends ApiObject>(var before, _)) {
            keys.addAll(itselfAndOwners(kind, before));
        }
        ApiObject object = change.object();
        keys.addAll(itselfAndOwners(kind, object));
        if (change instanceof Change.Deleted<?> || object.metadata().hasDeletionTimestamp()) {
            dependents(object).forEach(d -> keys.add(key(d.kind(), d.object())));
        }
        return keys;
    }

    /** An object that stays and has no owner needs nothing, and most are so. */
    private List<ObjectKey> itselfAndOwners(OwnerKinds.Kind<?> kind, ApiObject object) {
        List<OwnerReference> owners = object.metadata().ownerReferences();
        if (owners.isEmpty() && !object.metadata().hasDeletionTimestamp()) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        keys.add(key(kind, object));
        for (OwnerReference owner : owners) {
            String name = OwnerKinds.name(owner) + BAR + owner.name();
            keys.add(new ObjectKey(namespaceOf(owner, object), name));
        }
        return keys;
    }

    /** An owner is in the namespace of what it owns, or in none. */
    private String namespaceOf(OwnerReference owner, ApiObject owned) {
        return kinds.find(OwnerKinds.name(owner))
                .filter(kind -> !kind.type().namespaced())
                .map(kind -> "")
                .orElse(owned.namespace());
    }

    /** What stands for an object in the queue. */
    static ObjectKey key(OwnerKinds.Kind<?> kind, ApiObject object) {
        return new ObjectKey(object.namespace(), kind.name() + BAR + object.name());
    }

    private record Dependent(OwnerKinds.Kind<?> kind, ApiObject object) {}

    private List<Dependent> dependents(ApiObject owner) {
        List<Dependent> all = new ArrayList<>();
        for (OwnerKinds.Kind<?> kind : kinds.all()) {
            kind.ownedBy(owner.uid()).forEach(o -> all.add(new Dependent(kind, o)));
        }
        return all;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        int bar = key.name().indexOf(BAR);
        String name = key.name().substring(bar + 1);
        if (bar == 0) {
            return follow(name);
        }
        kinds.find(key.name().substring(0, bar))
                .ifPresent(kind -> reconcile(kind, new ObjectKey(key.namespace(), name)));
        return Outcome.DONE;
    }

    /** Follows what another server serves; what it served stays followed while it is away. */
    private Outcome follow(String name) {
        Optional<APIService> service =
                services.get(ObjectKey.cluster(name)).filter(s -> s.spec().hasService());
        if (service.isEmpty()) {
            kinds.follow(name, List.of());
            return Outcome.DONE;
        }
        APIServiceSpec spec = service.get().spec();
        kinds.follow(name, deletables.kinds(new GroupVersion(spec.group(), spec.version())));
        return new Outcome.After(ASKED_AGAIN);
    }

    private void reconcile(OwnerKinds.Kind<?> kind, ObjectKey key) {
        kind.get(key)
                .ifPresent(object -> {
                    if (object.metadata().hasDeletionTimestamp()) {
                        finish(kind.type(), object);
                    } else if (!object.metadata().ownerReferences().isEmpty()) {
                        collect(kind.type(), object);
                    }
                });
    }

    /**
     * An object whose owners are all gone goes too. One that has others left forgets those that are
     * gone, and those that only wait for it to go.
     */
    private void collect(ResourceType<?> type, ApiObject object) {
        List<OwnerReference> owners = object.metadata().ownerReferences();
        List<OwnerReference> left = new ArrayList<>();
        boolean waitsFor = false;
        for (OwnerReference reference : owners) {
            Optional<ApiObject> owner = owner(object, reference);
            if (owner.isPresent()) {
                boolean foreground = waitsForDependents(owner.get());
                waitsFor |= foreground;
                if (!foreground) {
                    left.add(reference);
                }
            }
        }
        if (!left.isEmpty()) {
            if (left.size() < owners.size()) {
                patch(type, object.key(), Owners.patch(object, left));
            }
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
        String name = OwnerKinds.name(reference);
        Optional<OwnerKinds.Kind<?>> kind = kinds.find(name);
        if (kind.isEmpty()) {
            // Of a kind that nobody knows: it is left alone.
            return kinds.isEnded(name) ? Optional.empty() : Optional.of(object);
        }
        ObjectKey key = new ObjectKey(namespaceOf(reference, object), reference.name());
        return known(kind.get(), key).filter(o -> o.uid().equals(reference.uid()));
    }

    private <T extends ApiObject> Optional<ApiObject> known(
            OwnerKinds.Kind<T> kind, ObjectKey key) {
        return kind.get(key).or(() -> client.resource(kind.type()).find(key)).map(o -> o);
    }

    /** Takes the finalizers off that stand for what has been done. */
    private void finish(ResourceType<?> type, ApiObject object) {
        List<String> finalizers = object.metadata().finalizers();
        if (finalizers.contains(ORPHAN)) {
            dependents(object).forEach(d -> disown(d.kind().type(), d.object(), object));
            removeFinalizer(type, object, ORPHAN);
        } else if (finalizers.contains(FOREGROUND)) {
            boolean blocked = false;
            for (Dependent d : dependents(object)) {
                blocked |=
                        d.object().metadata().ownerReferences().stream()
                                .anyMatch(r ->
                                        r.uid().equals(object.uid()) && r.blockOwnerDeletion());
                if (!d.object().metadata().hasDeletionTimestamp()) {
                    collect(d.kind().type(), d.object());
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
