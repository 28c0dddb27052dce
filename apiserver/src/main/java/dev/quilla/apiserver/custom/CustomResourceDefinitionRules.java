package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.apiextensions.v1.CustomResourceColumnDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionNames;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.apiextensions.v1.CustomResourceSubresourceScale;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The rules for what defines custom kinds. Used once. */
final class CustomResourceDefinitionRules {

    private static final int WARNING_MAX = 256;
    private static final String STORED = "status.storedVersions";

    private static final List<String> COLUMN_TYPES =
            List.of("boolean", "date", "integer", "number", "string");

    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");

    private static final String APPROVED = "api-approved.kubernetes.io";
    private static final String WHY_APPROVED =
            ", see https://github.com/kubernetes/enhancements/pull/1111";

    private final List<FieldError> errors = new ArrayList<>();

    private final Expressions expressions;

    private CustomResourceDefinitionRules(Expressions expressions) {
        this.expressions = expressions;
    }

    /** All broken rules. */
    static List<FieldError> check(
            Expressions expressions,
            CustomResourceDefinition crd,
            Optional<CustomResourceDefinition> before) {
        CustomResourceDefinitionRules rules = new CustomResourceDefinitionRules(expressions);
        rules.names(crd);
        rules.versions(crd, before);
        before.ifPresent(b -> rules.unchanged(b, crd));
        return rules.errors;
    }

    private void names(CustomResourceDefinition crd) {
        String group = crd.spec().group();
        CustomResourceDefinitionNames names = crd.spec().names();
        if (!crd.name().equals(names.plural() + "." + group)) {
            errors.add(
                    FieldError.invalid(
                            "metadata.name",
                            crd.name(),
                            "must be spec.names.plural+\".\"+spec.group"));
        }
        if (group.isEmpty()) {
            errors.add(FieldError.required("spec.group", ""));
        } else if (!group.contains(".")) {
            errors.add(
                    FieldError.invalid(
                            "spec.group", group, "should be a domain with at least one dot"));
        } else {
            Names.subdomain(group)
                    .ifPresent(why -> errors.add(FieldError.invalid("spec.group", group, why)));
        }
        boolean guarded =
                group.equals("k8s.io")
                        || group.endsWith(".k8s.io")
                        || group.equals("kubernetes.io")
                        || group.endsWith(".kubernetes.io");
        if (guarded) {
            approved(crd.metadata().annotations().getOrDefault(APPROVED, ""));
        }
        if (!Set.of("Namespaced", "Cluster").contains(crd.spec().scope())) {
            errors.add(
                    crd.spec().scope().isEmpty()
                            ? FieldError.required("spec.scope", "")
                            : FieldError.notSupported(
                                    "spec.scope",
                                    crd.spec().scope(),
                                    List.of("Cluster", "Namespaced")));
        }
        name("spec.names.plural", names.plural());
        name("spec.names.singular", names.singular());
        kind("spec.names.kind", names.kind());
        kind("spec.names.listKind", names.listKind());
        for (int i = 0; i < names.shortNames().size(); i++) {
            name("spec.names.shortNames[" + i + "]", names.shortNames().get(i));
        }
        for (int i = 0; i < names.categories().size(); i++) {
            String category = names.categories().get(i);
            String at = "spec.names.categories[" + i + "]";
            Names.dns1035(category)
                    .ifPresent(why -> errors.add(FieldError.invalid(at, category, why)));
        }
        if (!names.kind().isEmpty() && names.kind().equals(names.listKind())) {
            errors.add(
                    FieldError.invalid(
                            "spec.names.listKind",
                            names.listKind(),
                            "kind and listKind may not be the same"));
        }
    }

    private void approved(String approval) {
        String at = "metadata.annotations[" + APPROVED + "]";
        String must = "protected groups must have approval annotation \"" + APPROVED + "\"";
        if (approval.isEmpty()) {
            errors.add(FieldError.required(at, must + WHY_APPROVED));
        } else if (!approval.startsWith("unapproved") && !approval.matches("[a-z]+://[^/]+.*")) {
            errors.add(
                    FieldError.invalid(
                            at,
                            approval,
                            must
                                    + " with either a URL or a reason starting with \"unapproved\""
                                    + WHY_APPROVED));
        }
    }

    private void kind(String path, String kind) {
        if (kind.isEmpty()) {
            errors.add(FieldError.required(path, ""));
            return;
        }
        Names.dns1035(kind.toLowerCase(Locale.ROOT))
                .ifPresent(why ->
                        errors.add(
                                FieldError.invalid(
                                        path,
                                        kind,
                                        "may have mixed case, but should otherwise match: "
                                                + why)));
    }

    private void name(String path, String name) {
        if (name.isEmpty()) {
            errors.add(FieldError.required(path, ""));
        } else {
            Names.dns1035(name).ifPresent(why -> errors.add(FieldError.invalid(path, name, why)));
        }
    }

    private void versions(CustomResourceDefinition crd, Optional<CustomResourceDefinition> before) {
        List<CustomResourceDefinitionVersion> versions = crd.spec().versions();
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            CustomResourceDefinitionVersion version = versions.get(i);
            Optional<String> wrong = Names.dns1035(version.name());
            String at = "spec.versions[" + i + "].name";
            wrong.ifPresent(why -> errors.add(FieldError.invalid(at, version.name(), why)));
            names.add(version.name());
            deprecation(version, "spec.versions[" + i + "].deprecationWarning");
        }
        if (names.size() < versions.size()) {
            errors.add(
                    FieldError.invalid(
                            "spec.versions",
                            List.copyOf(names),
                            "must contain unique version names"));
        }
        List<String> storage =
                versions.stream()
                        .filter(CustomResourceDefinitionVersion::storage)
                        .map(CustomResourceDefinitionVersion::name)
                        .toList();
        if (storage.size() != 1) {
            errors.add(
                    FieldError.invalid(
                            "spec.versions",
                            List.copyOf(names),
                            "must have exactly one version marked as storage version"));
        }
        stored(crd, names);
        parts(versions, before);
        errors.addAll(ConversionRules.check(crd.spec().conversion()));
        if (crd.spec().preserveUnknownFields()) {
            errors.add(
                    FieldError.invalid(
                            "spec.preserveUnknownFields",
                            true,
                            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                                    + " spec.versions[*].schema instead"));
        }
    }

    private void stored(CustomResourceDefinition crd, Set<String> names) {
        List<String> stored = crd.status().storedVersions();
        if (stored.isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            STORED, Optional.empty(), "must have at least one stored version"));
        }
        for (int i = 0; i < stored.size(); i++) {
            String version = stored.get(i);
            if (!names.contains(version)) {
                errors.add(
                        FieldError.invalid(
                                STORED + "[" + i + "]",
                                version,
                                "missing from spec.versions; "
                                        + version
                                        + " was previously a storage version, and must remain in"
                                        + " spec.versions until a storage migration ensures no data"
                                        + " remains persisted in it and removes it from"
                                        + " status.storedVersions"));
            }
        }
    }

    private void deprecation(CustomResourceDefinitionVersion version, String at) {
        if (!version.hasDeprecationWarning()) {
            return;
        }
        String text = version.deprecationWarning();
        if (!version.deprecated()) {
            errors.add(FieldError.invalid(at, text, "can only be set for deprecated versions"));
        } else if (text.isEmpty()) {
            errors.add(FieldError.invalid(at, text, "must not be an empty string"));
        } else if (text.length() > WARNING_MAX) {
            errors.add(
                    FieldError.invalid(at, text, "must be <= " + WARNING_MAX + " characters long"));
        } else {
            text.chars()
                    .filter(Character::isISOControl)
                    .findFirst()
                    .ifPresent(control ->
                            errors.add(
                                    FieldError.invalid(
                                            at,
                                            text,
                                            "must only contain printable UTF-8 characters;"
                                                    + " non-printable character found at index "
                                                    + text.indexOf(control))));
        }
    }

    /**
     * What versions say of their objects. What all say alike is told of the definition, as where
     * there was one for all of them.
     */
    private void parts(
            List<CustomResourceDefinitionVersion> versions,
            Optional<CustomResourceDefinition> before) {
        part(
                versions,
                before,
                CustomResourceDefinitionVersion::schema,
                "validation",
                "schema",
                (version, path) -> schema(version, path + ".openAPIV3Schema"));
        part(
                versions,
                before,
                CustomResourceDefinitionVersion::subresources,
                "subresources",
                "subresources",
                (version, path) -> {
                    if (version.subresources().hasScale()) {
                        scale(version.subresources().scale(), path + ".scale");
                    }
                });
        part(
                versions,
                before,
                CustomResourceDefinitionVersion::additionalPrinterColumns,
                "additionalPrinterColumns",
                "additionalPrinterColumns",
                this::columns);
        part(
                versions,
                before,
                CustomResourceDefinitionVersion::selectableFields,
                "selectableFields",
                "selectableFields",
                (version, path) ->
                        errors.addAll(
                                SelectableRules.check(
                                        version.selectableFields(), tree(version), path)));
        for (int i = 0; i < versions.size(); i++) {
            if (!versions.get(i).schema().hasOpenAPIV3Schema()) {
                errors.add(
                        FieldError.required("spec.versions[" + i + "].schema.openAPIV3Schema", ""));
            }
        }
    }

    /** Checks what was not said before. */
    private void part(
            List<CustomResourceDefinitionVersion> versions,
            Optional<CustomResourceDefinition> before,
            Function<CustomResourceDefinitionVersion, Object> part,
            String ofAll,
            String ofOne,
            BiConsumer<CustomResourceDefinitionVersion, String> check) {
        boolean alike = versions.stream().map(part).distinct().count() == 1;
        for (int i = 0; i < versions.size() && !(alike && i > 0); i++) {
            CustomResourceDefinitionVersion version = versions.get(i);
            boolean same =
                    before.stream()
                            .flatMap(b -> b.spec().versions().stream())
                            .anyMatch(b -> part.apply(b).equals(part.apply(version)));
            if (!same) {
                check.accept(
                        version, alike ? "spec." + ofAll : "spec.versions[" + i + "]." + ofOne);
            }
        }
    }

    private static Map<?, ?> tree(CustomResourceDefinitionVersion version) {
        return (Map<?, ?>) JsonCodec.toTree(version.schema().openAPIV3Schema().struct());
    }

    private void schema(CustomResourceDefinitionVersion version, String at) {
        if (!version.schema().hasOpenAPIV3Schema()) {
            return;
        }
        Map<?, ?> tree = tree(version);
        List<FieldError> structural = StructuralRules.check(tree, at);
        errors.addAll(structural);
        if (structural.isEmpty()) {
            List<FieldError> rules = RuleRules.check(expressions, tree, at);
            errors.addAll(rules);
            if (rules.isEmpty()) {
                errors.addAll(SchemaDefaultRules.check(new RuleChecks(expressions), tree, at));
            }
        }
    }

    private void columns(CustomResourceDefinitionVersion version, String path) {
        List<CustomResourceColumnDefinition> columns = version.additionalPrinterColumns();
        for (int i = 0; i < columns.size(); i++) {
            column(columns.get(i), path + "[" + i + "]");
        }
    }

    private void column(CustomResourceColumnDefinition column, String path) {
        if (column.name().isEmpty()) {
            errors.add(FieldError.required(path + ".name", ""));
        }
        String types = "must be one of " + String.join(",", COLUMN_TYPES);
        if (column.type().isEmpty()) {
            errors.add(FieldError.required(path + ".type", types));
        } else if (!COLUMN_TYPES.contains(column.type())) {
            errors.add(FieldError.invalid(path + ".type", column.type(), types));
        }
        if (!column.format().isEmpty() && !COLUMN_FORMATS.contains(column.format())) {
            errors.add(
                    FieldError.invalid(
                            path + ".format",
                            column.format(),
                            "must be one of " + String.join(",", COLUMN_FORMATS)));
        }
        if (column.jsonPath().isEmpty()) {
            errors.add(FieldError.required(path + ".JSONPath", ""));
        } else if (!column.jsonPath().startsWith(".")) {
            errors.add(
                    FieldError.invalid(
                            path + ".JSONPath",
                            column.jsonPath(),
                            "must be a simple json path starting with ."));
        }
    }

    private void scale(CustomResourceSubresourceScale scale, String path) {
        simplePath(path + ".specReplicasPath", scale.specReplicasPath(), List.of(".spec"));
        simplePath(path + ".statusReplicasPath", scale.statusReplicasPath(), List.of(".status"));
        if (scale.hasLabelSelectorPath() && !scale.labelSelectorPath().isEmpty()) {
            simplePath(
                    path + ".labelSelectorPath",
                    scale.labelSelectorPath(),
                    List.of(".spec", ".status"));
        }
    }

    private void simplePath(String path, String text, List<String> under) {
        if (text.isEmpty()) {
            errors.add(FieldError.required(path, ""));
        } else if (!text.startsWith(".")) {
            errors.add(
                    FieldError.invalid(path, text, "must be a simple json path starting with ."));
        } else if (text.contains("[") || under.stream().noneMatch(u -> text.startsWith(u + "."))) {
            String where =
                    under.size() == 1 ? under.getFirst() : "either " + String.join(" or ", under);
            errors.add(FieldError.invalid(path, text, "should be a json path under " + where));
        }
    }

    private void unchanged(CustomResourceDefinition before, CustomResourceDefinition now) {
        boolean established =
                before.status().conditions().stream()
                        .anyMatch(c -> c.type().equals("Established") && c.status().equals("True"));
        if (established) {
            immutable("spec.scope", before.spec().scope(), now.spec().scope());
            immutable("spec.names.kind", before.spec().names().kind(), now.spec().names().kind());
        }
        immutable("spec.group", before.spec().group(), now.spec().group());
        immutable("spec.names.plural", before.spec().names().plural(), now.spec().names().plural());
    }

    private void immutable(String path, String before, String now) {
        if (!before.equals(now)) {
            errors.add(FieldError.invalid(path, now, "field is immutable"));
        }
    }
}
