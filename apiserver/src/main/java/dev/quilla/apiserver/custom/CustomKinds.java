package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.registry.Converter;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The custom kinds that are served, by what the store holds when somebody asks: there is nothing to
 * keep up to date. What has been made of a definition is kept for as long as it stays the same, the
 * definition itself is not: clusters have thousands, most of which nobody looks into. Its schemas
 * are read when an object of it is first read or written. Thread-safe.
 */
public final class CustomKinds implements ResourceRegistry.More, Converter {

    private static final ApiResource DEFINITIONS =
            Schema.builtin().find(Resources.CUSTOM_RESOURCE_DEFINITIONS.gvr()).orElseThrow();

    private static final GroupResource NAME = DEFINITIONS.gvr().groupResource();

    private final ObjectStore objects;
    private final OutboundClient client;
    private final Supplier<String> newUid;
    private final DefinedKinds kinds;
    private final Map<Key, Known> known = new ConcurrentHashMap<>();

    /** By the types of what is served; types that nobody uses any more are forgotten. */
    private final Map<Definition, Conversion> conversions =
            Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * What was made of a definition.
     *
     * @param revision at which it was looked into
     * @param source the parts of it that matter
     * @param unserved versions that objects may have been written in, or are stored in
     */
    private record Known(
            long revision,
            List<Object> source,
            List<ServedResource> served,
            List<ServedResource> unserved) {

        List<ServedResource> all() {
            return Stream.concat(served.stream(), unserved.stream()).toList();
        }

        Known at(long later) {
            return new Known(later, source, served, unserved);
        }
    }

    /**
     * Serves what that store defines.
     *
     * @param client calls the servers that convert
     * @param newUid makes what no other call is called
     */
    public CustomKinds(ObjectStore objects, OutboundClient client, Supplier<String> newUid) {
        this.objects = objects;
        this.client = client;
        this.newUid = newUid;
        this.kinds = new DefinedKinds();
    }

    @Override
    public Optional<Conversion> of(Definition type) {
        return Optional.ofNullable(conversions.get(type));
    }

    /** Looks into this master's own state first, and asks how things are where it is not there. */
    @Override
    public Optional<ServedResource> find(GroupVersionResource gvr) {
        return find(gvr, Known::served);
    }

    @Override
    public Optional<ServedResource> defined(GroupVersionResource gvr) {
        return find(gvr, Known::all);
    }

    private Optional<ServedResource> find(
            GroupVersionResource gvr, Function<Known, List<ServedResource>> which) {
        if (!gvr.group().contains(".")) {
            return Optional.empty();
        }
        Optional<ServedResource> local = find(objects.local(), gvr, which);
        return local.isPresent() ? local : find(objects.newest(), gvr, which);
    }

    private Optional<ServedResource> find(
            View view, GroupVersionResource gvr, Function<Known, List<ServedResource>> which) {
        ObjectKey name = ObjectKey.cluster(gvr.groupResource().toString());
        if (!Keys.isPossible(name)) {
            return Optional.empty();
        }
        return view
                .get(Keys.object(NAME, name))
                .map(this::known)
                .map(which)
                .orElse(List.of())
                .stream()
                .filter(resource -> resource.type().gvr().equals(gvr))
                .findFirst();
    }

    @Override
    public List<ServedResource> all() {
        List<Entry> entries = objects.local().range(Keys.objects(NAME, ""), 0);
        if (known.size() > entries.size()) {
            known.keySet().retainAll(entries.stream().map(Entry::key).collect(Collectors.toSet()));
        }
        List<ServedResource> all = new ArrayList<>();
        entries.forEach(entry -> all.addAll(known(entry).served()));
        return all;
    }

    private Known known(Entry entry) {
        Known before = known.get(entry.key());
        if (before != null && before.revision() == entry.modRevision()) {
            return before;
        }
        CustomResourceDefinition crd = read(entry);
        List<Object> source = source(crd);
        Known now =
                before != null && before.source().equals(source)
                        ? before.at(entry.modRevision())
                        : make(crd, source, entry);
        known.put(entry.key(), now);
        return now;
    }

    private Known make(CustomResourceDefinition crd, List<Object> source, Entry entry) {
        List<ServedResource> all = kinds.of(crd, entry.key(), () -> read(entry));
        if (crd.spec().conversion().strategy().equals("Webhook")) {
            Conversion conversion = new ConversionWebhook(crd, client, newUid);
            all.forEach(r -> conversions.put(r.type().definition(), conversion));
        }
        Set<String> served =
                crd.spec().versions().stream()
                        .filter(CustomResourceDefinitionVersion::served)
                        .map(CustomResourceDefinitionVersion::name)
                        .collect(Collectors.toSet());
        Map<Boolean, List<ServedResource>> byServed =
                all.stream()
                        .collect(
                                Collectors.partitioningBy(r -> served.contains(r.gvk().version())));
        return new Known(
                entry.modRevision(),
                source,
                List.copyOf(byServed.getOrDefault(true, List.of())),
                List.copyOf(byServed.getOrDefault(false, List.of())));
    }

    private CustomResourceDefinition read(Entry entry) {
        return new CustomResourceDefinition(objects.inPassing(DEFINITIONS.definition(), entry));
    }

    /** The generation stands for all that its author says. */
    private static List<Object> source(CustomResourceDefinition crd) {
        return List.of(
                crd.uid(),
                crd.metadata().generation(),
                crd.status().acceptedNames().struct(),
                DefinedKinds.isEstablished(crd),
                crd.metadata().hasDeletionTimestamp());
    }
}
