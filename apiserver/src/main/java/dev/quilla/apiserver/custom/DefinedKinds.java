package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.kinds.KindBehaviour.Published;
import dev.quilla.apiserver.kinds.KindBehaviour.ScalePaths;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.VersionOrder;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Schema.Column;
import dev.quilla.model.Schema.Subresource;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionNames;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.store.Key;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Makes of a definition what is served of it. Keeps nothing of it but that. Thread-safe. */
final class DefinedKinds {

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

    private static final List<String> VERBS_OF_LEAVING =
            VERBS.stream().filter(verb -> !verb.equals("create")).toList();

    private static final List<String> VERBS_OF_PARTS = List.of("get", "patch", "update");

    private static final GroupVersionKind SCALE =
            new GroupVersion("autoscaling", "v1").kind("Scale");

    private static final List<Column> COLUMNS =
            List.of(new Column("Name", "string", "name", 0), new Column("Age", "date", "", 0));

    private final Expressions expressions = new Expressions(RuleChecks.VARIABLES);

    static boolean isEstablished(CustomResourceDefinition crd) {
        return crd.status().conditions().stream()
                .anyMatch(c -> c.type().equals("Established") && c.status().equals("True"));
    }

    /**
     * The resource of each version, served or not; none before the names are accepted.
     *
     * @param key where the store has the definition
     * @param again reads the definition once more, when its schemas are needed
     */
    List<ServedResource> of(
            CustomResourceDefinition crd, Key key, Supplier<CustomResourceDefinition> again) {
        return isEstablished(crd)
                ? crd.spec().versions().stream()
                        .map(version -> resource(crd, version, key, again))
                        .toList()
                : List.of();
    }

    private ServedResource resource(
            CustomResourceDefinition crd,
            CustomResourceDefinitionVersion version,
            Key key,
            Supplier<CustomResourceDefinition> again) {
        CustomResourceDefinitionNames names = crd.status().acceptedNames();
        GroupVersion gv = new GroupVersion(crd.spec().group(), version.name());
        GroupVersionKind kind = gv.kind(names.kind());
        String versionName = version.name();
        Supplier<Map<?, ?>> tree = () -> tree(again.get(), versionName);
        Lazy<SchemaNode> schema = new Lazy<>(() -> SchemaParser.root(tree.get()));
        Definition definition = Definitions.kind(name(kind), kind, schema);
        ApiResource type =
                new ApiResource(
                        gv.resource(names.plural()),
                        kind,
                        names.singular(),
                        crd.spec().scope().equals("Namespaced"),
                        crd.metadata().hasDeletionTimestamp() ? VERBS_OF_LEAVING : VERBS,
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
                        key,
                        schema,
                        new RuleChecks(expressions),
                        new Published(revision, tree),
                        scale(version),
                        version.selectableFields().stream()
                                .map(f -> f.jsonPath().substring(1))
                                .collect(Collectors.toUnmodifiableSet()),
                        deprecation(crd, kind, version)));
    }

    private static Optional<String> deprecation(
            CustomResourceDefinition crd,
            GroupVersionKind kind,
            CustomResourceDefinitionVersion version) {
        if (!version.deprecated() || !version.deprecationWarning().isEmpty()) {
            return Optional.of(version.deprecationWarning()).filter(w -> version.deprecated());
        }
        String use =
                crd.spec().versions().stream()
                        .filter(v -> v.served() && !v.deprecated())
                        .map(CustomResourceDefinitionVersion::name)
                        .filter(v -> VersionOrder.BEST_FIRST.compare(v, version.name()) < 0)
                        .min(VersionOrder.BEST_FIRST)
                        .map(v -> "; use " + kind.group() + "/" + v + " " + kind.kind())
                        .orElse("");
        return Optional.of(kind.groupVersion() + " " + kind.kind() + " is deprecated" + use);
    }

    private static Map<?, ?> tree(CustomResourceDefinition crd, String version) {
        return crd.spec().versions().stream()
                .filter(v -> v.name().equals(version))
                .findFirst()
                .map(v -> (Map<?, ?>) JsonCodec.toTree(v.schema().openAPIV3Schema().struct()))
                .orElseThrow();
    }

    /** Reversed groups come first, as in the names of packages. */
    private static String name(GroupVersionKind kind) {
        List<String> parts = new ArrayList<>(Arrays.asList(kind.group().split("\\.")));
        return String.join(".", parts.reversed()) + "." + kind.version() + "." + kind.kind();
    }

    private static List<Subresource> subresources(
            GroupVersionKind kind, CustomResourceDefinitionVersion version) {
        List<Subresource> all = new ArrayList<>();
        if (version.subresources().hasStatus()) {
            all.add(new Subresource("status", kind, VERBS_OF_PARTS));
        }
        if (version.subresources().hasScale()) {
            all.add(new Subresource("scale", SCALE, VERBS_OF_PARTS));
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
        if (version.additionalPrinterColumns().isEmpty()) {
            return COLUMNS;
        }
        List<Column> columns = new ArrayList<>();
        columns.add(COLUMNS.getFirst());
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
