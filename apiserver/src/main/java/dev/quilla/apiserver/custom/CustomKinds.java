package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.kinds.KindBehaviour.Published;
import dev.quilla.apiserver.kinds.KindBehaviour.ScalePaths;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.registry.Converter;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Schema.Column;
import dev.quilla.model.Schema.Subresource;
import dev.quilla.model.Struct;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionNames;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.store.View;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The custom kinds that are served, by what the store holds when somebody asks: there is nothing to
 * keep up to date. What has been made of a definition is kept for as long as it stays the same; its
 * schemas are read when an object of it is first read or written. Thread-safe.
 */
public final class CustomKinds implements ResourceRegistry.More, Converter {

    private static final ApiResource DEFINITIONS =
            Schema.builtin().find(Resources.CUSTOM_RESOURCE_DEFINITIONS.gvr()).orElseThrow();

    private static final List<String> VERBS =
            List.of(
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "create",
                    "update",
                    "watch");

    private static final GroupVersionKind SCALE =
            new GroupVersion("autoscaling", "v1").kind("Scale");

    private final ObjectStore objects;
    private final Expressions expressions = new Expressions(RuleChecks.VARIABLES);
    private final OutboundClient client;
    private final Supplier<String> newUid;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** By the types of what is served; types that nobody uses any more are forgotten. */
    private final Map<Definition, Conversion> conversions =
            Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * What was made of a definition.
     *
     * @param source the parts of it that matter
     */
    private record Known(List<Object> source, List<ServedResource> served) {}

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
    }

    @Override
    public Optional<Conversion> of(Definition type) {
        return Optional.ofNullable(conversions.get(type));
    }

    /** Looks into this master's own state first, and asks how things are where it is not there. */
    @Override
    public Optional<ServedResource> find(GroupVersionResource gvr) {
        if (!gvr.group().contains(".")) {
            return Optional.empty();
        }
        Optional<ServedResource> local = find(objects.local(), gvr);
        return local.isPresent() ? local : find(objects.newest(), gvr);
    }

    private Optional<ServedResource> find(View view, GroupVersionResource gvr) {
        String name = gvr.groupResource().toString();
        Optional<Stored> stored = objects.find(view, DEFINITIONS, ObjectKey.cluster(name));
        if (stored.isEmpty()) {
            known.remove(name);
            return Optional.empty();
        }
        return served(new CustomResourceDefinition(stored.get().object())).stream()
                .filter(served -> served.type().gvr().equals(gvr))
                .findFirst();
    }

    @Override
    public List<ServedResource> all() {
        List<ServedResource> all = new ArrayList<>();
        for (Struct object : objects.list(objects.local(), DEFINITIONS, "")) {
            all.addAll(served(new CustomResourceDefinition(object)));
        }
        return all;
    }

    private List<ServedResource> served(CustomResourceDefinition crd) {
        List<Object> source =
                List.of(
                        crd.uid(),
                        crd.spec().struct(),
                        crd.status().acceptedNames().struct(),
                        isEstablished(crd),
                        crd.metadata().hasDeletionTimestamp());
        Known before = known.get(crd.name());
        if (before != null && before.source().equals(source)) {
            return before.served();
        }
        List<ServedResource> served =
                isEstablished(crd)
                        ? crd.spec().versions().stream()
                                .filter(CustomResourceDefinitionVersion::served)
                                .map(version -> served(crd, version))
                                .toList()
                        : List.of();
        if (crd.spec().conversion().strategy().equals("Webhook")) {
            Conversion conversion = new ConversionWebhook(crd, client, newUid);
            served.forEach(s -> conversions.put(s.type().definition(), conversion));
        }
        known.put(crd.name(), new Known(source, served));
        return served;
    }

    private static boolean isEstablished(CustomResourceDefinition crd) {
        return crd.status().conditions().stream()
                .anyMatch(c -> c.type().equals("Established") && c.status().equals("True"));
    }

    private ServedResource served(
            CustomResourceDefinition crd, CustomResourceDefinitionVersion version) {
        CustomResourceDefinitionNames names = crd.status().acceptedNames();
        GroupVersion gv = new GroupVersion(crd.spec().group(), version.name());
        GroupVersionKind kind = gv.kind(names.kind());
        Supplier<Map<?, ?>> tree = () -> tree(version);
        Lazy<SchemaNode> schema = new Lazy<>(() -> SchemaParser.root(tree.get()));
        Definition definition = Definitions.kind(name(kind), kind, schema);
        boolean leaving = crd.metadata().hasDeletionTimestamp();
        ApiResource type =
                new ApiResource(
                        gv.resource(names.plural()),
                        kind,
                        names.singular(),
                        crd.spec().scope().equals("Namespaced"),
                        leaving ? VERBS.stream().filter(v -> !v.equals("create")).toList() : VERBS,
                        names.shortNames(),
                        names.categories(),
                        definition,
                        Optional.of(Definitions.list(definition, gv.kind(names.listKind()))),
                        storageHash(kind),
                        subresources(kind, version),
                        columns(version));
        String revision = crd.uid() + " " + crd.metadata().generation();
        return new ServedResource(
                type,
                new CustomKind(
                        Keys.object(
                                DEFINITIONS.gvr().groupResource(), ObjectKey.cluster(crd.name())),
                        schema,
                        new RuleChecks(expressions),
                        new Published(revision, tree),
                        scale(version),
                        version.selectableFields().stream()
                                .map(f -> f.jsonPath().substring(1))
                                .collect(Collectors.toUnmodifiableSet())));
    }

    private static Map<?, ?> tree(CustomResourceDefinitionVersion version) {
        return (Map<?, ?>) JsonCodec.toTree(version.schema().openAPIV3Schema().struct());
    }

    /** Reversed groups come first, as in the names of packages. */
    private static String name(GroupVersionKind kind) {
        List<String> parts = new ArrayList<>(Arrays.asList(kind.group().split("\\.")));
        return String.join(".", parts.reversed()) + "." + kind.version() + "." + kind.kind();
    }

    private static List<Subresource> subresources(
            GroupVersionKind kind, CustomResourceDefinitionVersion version) {
        List<String> verbs = List.of("get", "patch", "update");
        List<Subresource> all = new ArrayList<>();
        if (version.subresources().hasStatus()) {
            all.add(new Subresource("status", kind, verbs));
        }
        if (version.subresources().hasScale()) {
            all.add(new Subresource("scale", SCALE, verbs));
        }
        return all;
    }

    private static Optional<ScalePaths> scale(CustomResourceDefinitionVersion version) {
        var scale = version.subresources().scale();
        return version.subresources().hasScale()
                ? Optional.of(
                        new ScalePaths(
                                path(scale.specReplicasPath()),
                                path(scale.statusReplicasPath()),
                                path(scale.labelSelectorPath())))
                : Optional.empty();
    }

    private static List<String> path(String text) {
        return Arrays.stream(text.split("\\.")).filter(part -> !part.isEmpty()).toList();
    }

    private static List<Column> columns(CustomResourceDefinitionVersion version) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("Name", "string", "name", 0));
        version.additionalPrinterColumns()
                .forEach(c ->
                        columns.add(
                                new Column(
                                        c.name(),
                                        c.type(),
                                        c.format(),
                                        c.priority(),
                                        c.description(),
                                        c.jsonPath())));
        if (columns.size() == 1) {
            columns.add(new Column("Age", "date", "", 0));
        }
        return columns;
    }

    private static String storageHash(GroupVersionKind kind) {
        String text = kind.group() + "/" + kind.version() + "/" + kind.kind();
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, Long.BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes something once, when it is first needed. */
    private static final class Lazy<T> implements Supplier<T> {
        private final Supplier<T> make;
        private Optional<T> made = Optional.empty();

        Lazy(Supplier<T> make) {
            this.make = make;
        }

        @Override
        public synchronized T get() {
            if (made.isEmpty()) {
                made = Optional.of(make.get());
            }
            return made.get();
        }
    }
}
