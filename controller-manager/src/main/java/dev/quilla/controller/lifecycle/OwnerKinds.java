package dev.quilla.controller.lifecycle;

import dev.quilla.client.Change;
import dev.quilla.client.Index;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.Subscription;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiObject;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The kinds whose objects may own others or be owned: built-in ones, and custom ones and those of
 * other servers for as long as they are defined, of which only the metadata is followed.
 * Thread-safe.
 */
final class OwnerKinds {

    /** Finds objects by the uids of their owners. */
    private static final Index<ApiObject> BY_OWNER =
            new Index<>(
                    "owner",
                    object ->
                            object.metadata().ownerReferences().stream()
                                    .map(OwnerReference::uid)
                                    .toList());

    private static final List<ResourceType<? extends ApiObject>> BUILT_IN =
            List.of(
                    Resources.PODS,
                    Resources.REPLICA_SETS,
                    Resources.REPLICATION_CONTROLLERS,
                    Resources.DEPLOYMENTS,
                    Resources.STATEFUL_SETS,
                    Resources.DAEMON_SETS,
                    Resources.CONTROLLER_REVISIONS,
                    Resources.JOBS,
                    Resources.CRON_JOBS,
                    Resources.SERVICES,
                    Resources.ENDPOINTS,
                    Resources.ENDPOINT_SLICES,
                    Resources.INGRESSES,
                    Resources.NETWORK_POLICIES,
                    Resources.CONFIG_MAPS,
                    Resources.SECRETS,
                    Resources.SERVICE_ACCOUNTS,
                    Resources.ROLES,
                    Resources.ROLE_BINDINGS,
                    Resources.CLUSTER_ROLES,
                    Resources.CLUSTER_ROLE_BINDINGS,
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    Resources.POD_DISRUPTION_BUDGETS,
                    Resources.HORIZONTAL_POD_AUTOSCALERS,
                    Resources.LEASES,
                    Resources.NODES);

    /** Nobody waits for what becomes of events, and there are many. */
    private static final String EVENT = "Event";

    /**
     * A kind that is followed.
     *
     * @param name see {@link #name(GroupVersionKind)}
     */
    record Kind<T extends ApiObject>(String name, ResourceType<T> type, Informer<T> informer) {

        Optional<T> get(ObjectKey key) {
            return informer.get(key);
        }

        /** Its objects that belong to an owner. */
        List<ApiObject> ownedBy(String uid) {
            return informer.byIndex(BY_OWNER, uid).map(o -> (ApiObject) o).toList();
        }

        private Subscription onChange(
                BiFunction<Kind<?>, Change<? extends ApiObject>, List<ObjectKey>> wakes,
                Consumer<ObjectKey> add) {
            return informer.onChange(change -> wakes.apply(this, change).forEach(add));
        }
    }

    /** Who is told of changes of all kinds, also of those that come later. */
    private record Listener(
            BiFunction<Kind<?>, Change<? extends ApiObject>, List<ObjectKey>> wakes,
            Consumer<ObjectKey> add,
            Map<String, Subscription> subscriptions) {

        void follow(Kind<?> kind) {
            subscriptions.put(kind.name(), kind.onChange(wakes, add));
        }
    }

    private final Informers informers;
    private final Map<String, Kind<?>> kinds = new ConcurrentHashMap<>();

    /** Custom kinds that were followed and are no more: nobody is of such a kind. */
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    /** Which kinds are followed that another server serves, by its {@code APIService}. */
    private final Map<String, Set<ResourceType<?>>> elsewhere = new ConcurrentHashMap<>();

    private final List<Listener> listeners = new ArrayList<>();

    OwnerKinds(Informers informers) {
        this.informers = informers;
        BUILT_IN.forEach(type -> add(name(type.gvk()), type));
        others().forEach(type -> add(name(type.gvk()), type));
        informers.of(BriefDefinitions.TYPE).onChange(this::changed);
    }

    /**
     * The built-in kinds that no controller reads, and whose objects may be deleted with what they
     * own all the same.
     */
    private static Collection<ResourceType<PartialObjectMetadata>> others() {
        Map<String, ResourceType<PartialObjectMetadata>> others = new LinkedHashMap<>();
        for (ApiResource resource : Schema.builtin().resources()) {
            if (resource.verbs().containsAll(List.of("delete", "list", "watch"))
                    && !resource.gvk().kind().equals(EVENT)) {
                others.putIfAbsent(
                        name(resource.gvk()),
                        ResourceType.metadataOf(
                                resource.gvr(), resource.gvk(), resource.namespaced()));
            }
        }
        BUILT_IN.forEach(type -> others.remove(name(type.gvk())));
        return others.values();
    }

    /** The name of a kind, of whatever version. */
    static String name(GroupVersionKind gvk) {
        return gvk.group().isEmpty() ? gvk.kind() : gvk.kind() + "." + gvk.group();
    }

    /** The name of an owner's kind. */
    static String name(OwnerReference owner) {
        return name(GroupVersion.parse(owner.apiVersion()).kind(owner.kind()));
    }

    /** A kind, if it is followed. */
    Optional<Kind<?>> find(String name) {
        return Optional.ofNullable(kinds.get(name));
    }

    /** Whether there was such a custom kind, so that all its objects are gone. */
    boolean isEnded(String name) {
        return ended.contains(name);
    }

    Collection<Kind<?>> all() {
        return kinds.values();
    }

    /** Changes of all their objects. */
    Trigger trigger(BiFunction<Kind<?>, Change<? extends ApiObject>, List<ObjectKey>> wakes) {
        return add -> {
            Listener listener = new Listener(wakes, add, new ConcurrentHashMap<>());
            synchronized (this) {
                listeners.add(listener);
                kinds.values().forEach(listener::follow);
            }
            return () -> {
                synchronized (this) {
                    listeners.remove(listener);
                }
                listener.subscriptions().values().forEach(Subscription::close);
            };
        };
    }

    private void changed(Change<? extends CustomResourceDefinition> change) {
        switch (change) {
            case Change.Added<? extends CustomResourceDefinition>(var now) -> follow(now);
            case Change.Updated<? extends CustomResourceDefinition>(var before, var now) -> {
                if (!type(before).equals(type(now))) {
                    type(before).ifPresent(this::end);
                }
                follow(now);
            }
            case Change.Deleted<? extends CustomResourceDefinition>(var last) ->
                    type(last).ifPresent(this::end);
        }
    }

    private void follow(CustomResourceDefinition crd) {
        type(crd)
                .filter(type -> !kinds.containsKey(name(type.gvk())))
                .ifPresent(type -> {
                    String name = name(type.gvk());
                    ended.remove(name);
                    add(name, type);
                    wakeOwned(name);
                });
    }

    /**
     * Follows the kinds that another server says it serves, and no longer those that it did.
     *
     * @param service its {@code APIService}
     */
    void follow(String service, Collection<? extends ResourceType<?>> types) {
        Set<ResourceType<?>> mine =
                elsewhere.computeIfAbsent(service, s -> ConcurrentHashMap.newKeySet());
        for (ResourceType<?> type : List.copyOf(mine)) {
            if (!types.contains(type)) {
                // Its objects may still be there, so nobody's owner is taken for gone.
                mine.remove(type);
                forget(type);
            }
        }
        for (ResourceType<?> type : types) {
            if (!kinds.containsKey(name(type.gvk()))) {
                mine.add(type);
                add(name(type.gvk()), type);
                wakeOwned(name(type.gvk()));
            }
        }
        if (mine.isEmpty()) {
            elsewhere.remove(service);
        }
    }

    private void end(ResourceType<?> type) {
        ended.add(name(type.gvk()));
        forget(type);
        wakeOwned(name(type.gvk()));
    }

    private void forget(ResourceType<?> type) {
        String name = name(type.gvk());
        synchronized (this) {
            kinds.remove(name);
            for (Listener listener : listeners) {
                Subscription subscription = listener.subscriptions().remove(name);
                if (subscription != null) {
                    subscription.close();
                }
            }
        }
        informers.drop(type);
    }

    private <T extends ApiObject> void add(String name, ResourceType<T> type) {
        Informer<T> informer = informers.of(type);
        informer.addIndex(BY_OWNER);
        Kind<T> kind = new Kind<>(name, type, informer);
        synchronized (this) {
            kinds.put(name, kind);
            listeners.forEach(listener -> listener.follow(kind));
        }
    }

    /** Whoever has an owner of this kind was left alone while nobody knew it. */
    private void wakeOwned(String owner) {
        Set<ObjectKey> keys = new HashSet<>();
        for (Kind<?> kind : all()) {
            kind.informer()
                    .all()
                    .filter(o ->
                            o.metadata().ownerReferences().stream()
                                    .anyMatch(r -> name(r).equals(owner)))
                    .forEach(o -> keys.add(GarbageCollector.key(kind, o)));
        }
        List<Listener> told;
        synchronized (this) {
            told = List.copyOf(listeners);
        }
        told.forEach(listener -> keys.forEach(listener.add()));
    }

    /** How its objects are reached, once it is served. */
    private static Optional<ResourceType<PartialObjectMetadata>> type(
            CustomResourceDefinition crd) {
        boolean established =
                crd.status().conditions().stream()
                        .anyMatch(c -> c.type().equals("Established") && c.status().equals("True"));
        return crd.spec().versions().stream()
                .filter(version -> established && version.served())
                .map(CustomResourceDefinitionVersion::name)
                .findFirst()
                .map(version -> new GroupVersion(crd.spec().group(), version))
                .map(gv ->
                        ResourceType.metadataOf(
                                gv.resource(crd.status().acceptedNames().plural()),
                                gv.kind(crd.status().acceptedNames().kind()),
                                crd.spec().scope().equals("Namespaced")));
    }
}
