package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.model.apiextensions.v1.CustomResourceColumnDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionNames;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.apiextensions.v1.CustomResourceSubresourceScale;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.jsonpath.JsonPath;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules for what defines custom kinds. Used once. */
final class CustomResourceDefinitionRules {

    private static final int SELECTABLE_MAX = 8;

    private static final List<String> COLUMN_TYPES =
            List.of("boolean", "date", "integer", "number", "string");

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
        if (guarded && !crd.metadata().annotations().containsKey("api-approved.kubernetes.io")) {
            errors.add(
                    FieldError.required(
                            "metadata.annotations[api-approved.kubernetes.io]",
                            "protected groups must have approval annotation"
                                    + " \"api-approved.kubernetes.io\""));
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
        name("spec.names.kind", names.kind().toLowerCase(Locale.ROOT));
        name("spec.names.listKind", names.listKind().toLowerCase(Locale.ROOT));
        for (int i = 0; i < names.shortNames().size(); i++) {
            name("spec.names.shortNames[" + i + "]", names.shortNames().get(i));
        }
        for (int i = 0; i < names.categories().size(); i++) {
            name("spec.names.categories[" + i + "]", names.categories().get(i));
        }
        if (!names.kind().isEmpty() && names.kind().equals(names.listKind())) {
            errors.add(
                    FieldError.invalid(
                            "spec.names.listKind",
                            names.listKind(),
                            "kind and listKind may not be the same"));
        }
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
        Set<String> names = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            CustomResourceDefinitionVersion version = versions.get(i);
            String path = "spec.versions[" + i + "]";
            name(path + ".name", version.name());
            if (!names.add(version.name())) {
                errors.add(FieldError.duplicate(path + ".name", version.name()));
            }
            boolean same =
                    before.stream()
                            .flatMap(b -> b.spec().versions().stream())
                            .anyMatch(version::equals);
            if (!same) {
                version(version, path);
            }
        }
        if (versions.stream().filter(CustomResourceDefinitionVersion::storage).count() != 1) {
            errors.add(
                    FieldError.invalid(
                            "spec.versions",
                            names,
                            "must have exactly one version marked as storage version"));
        }
        for (String stored : crd.status().storedVersions()) {
            if (!names.contains(stored)) {
                errors.add(
                        FieldError.invalid(
                                "status.storedVersions[0]",
                                stored,
                                "missing from spec.versions; "
                                        + stored
                                        + " was previously a storage version, and must remain in"
                                        + " spec.versions until a storage migration ensures no data"
                                        + " remains persisted in it and removes it from"
                                        + " status.storedVersions"));
            }
        }
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

    private void version(CustomResourceDefinitionVersion version, String path) {
        String at = path + ".schema.openAPIV3Schema";
        if (!version.schema().hasOpenAPIV3Schema()) {
            errors.add(FieldError.required(at, "schemas are required"));
        } else {
            Object tree = JsonCodec.toTree(version.schema().openAPIV3Schema().struct());
            errors.addAll(StructuralRules.check(expressions, (Map<?, ?>) tree, at));
        }
        List<CustomResourceColumnDefinition> columns = version.additionalPrinterColumns();
        for (int i = 0; i < columns.size(); i++) {
            column(columns.get(i), path + ".additionalPrinterColumns[" + i + "]");
        }
        if (version.subresources().hasScale()) {
            scale(version.subresources().scale(), path + ".subresources.scale");
        }
        if (version.selectableFields().size() > SELECTABLE_MAX) {
            errors.add(
                    new FieldError(
                            FieldError.Type.TOO_MANY,
                            path + ".selectableFields",
                            Integer.toString(version.selectableFields().size()),
                            "must have at most " + SELECTABLE_MAX + " items"));
        }
        for (int i = 0; i < version.selectableFields().size(); i++) {
            String jsonPath = version.selectableFields().get(i).jsonPath();
            simplePath(path + ".selectableFields[" + i + "].jsonPath", jsonPath, "");
        }
    }

    private void column(CustomResourceColumnDefinition column, String path) {
        if (column.name().isEmpty()) {
            errors.add(FieldError.required(path + ".name", ""));
        }
        if (!COLUMN_TYPES.contains(column.type())) {
            errors.add(
                    column.type().isEmpty()
                            ? FieldError.required(path + ".type", "")
                            : FieldError.notSupported(path + ".type", column.type(), COLUMN_TYPES));
        }
        if (column.jsonPath().isEmpty()) {
            errors.add(FieldError.required(path + ".jsonPath", ""));
            return;
        }
        try {
            JsonPath.parse(column.jsonPath());
        } catch (IllegalArgumentException e) {
            errors.add(
                    FieldError.invalid(
                            path + ".jsonPath", column.jsonPath(), String.valueOf(e.getMessage())));
        }
    }

    private void scale(CustomResourceSubresourceScale scale, String path) {
        simplePath(path + ".specReplicasPath", scale.specReplicasPath(), ".spec.");
        simplePath(path + ".statusReplicasPath", scale.statusReplicasPath(), ".status.");
        if (scale.hasLabelSelectorPath() && !scale.labelSelectorPath().isEmpty()) {
            simplePath(path + ".labelSelectorPath", scale.labelSelectorPath(), ".");
        }
    }

    private void simplePath(String path, String text, String under) {
        if (text.isEmpty()) {
            errors.add(FieldError.required(path, ""));
        } else if (!text.matches("(\\.[A-Za-z0-9_-]+)+")) {
            errors.add(
                    FieldError.invalid(
                            path, text, "must be a simple json path: names, each after a dot"));
        } else if (!text.startsWith(under)) {
            errors.add(
                    FieldError.invalid(
                            path,
                            text,
                            "should be a json path under " + under.replaceAll("\\.$", "")));
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
