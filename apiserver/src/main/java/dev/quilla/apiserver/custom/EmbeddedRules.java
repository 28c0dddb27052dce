package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.kinds.MetadataRules;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The rules for objects within objects: each says what it is, and has good metadata. */
final class EmbeddedRules {

    /** What such an object has, whatever its schema says. */
    static final Set<String> FIELDS = Set.of("apiVersion", "kind", "metadata");

    private EmbeddedRules() {}

    /**
     * Adds all broken rules.
     *
     * @param value a struct, or JSON
     */
    static void check(Object value, String path, List<FieldError> errors) {
        text(value, "apiVersion", path, errors)
                .filter(version -> version.chars().filter(c -> c == '/').count() > 1)
                .ifPresent(version ->
                        errors.add(
                                FieldError.invalid(
                                        child(path, "apiVersion"),
                                        version,
                                        "unexpected GroupVersion string: " + version)));
        text(value, "kind", path, errors)
                .ifPresent(kind ->
                        Names.dns1035(kind.toLowerCase(Locale.ROOT))
                                .ifPresent(why ->
                                        errors.add(
                                                FieldError.invalid(
                                                        child(path, "kind"),
                                                        kind,
                                                        "may have mixed case, but should otherwise"
                                                                + " match: "
                                                                + why))));
        if (Plain.get(value, "metadata") instanceof Struct struct) {
            String at = child(path, "metadata");
            ObjectMeta metadata = new ObjectMeta(struct);
            errors.addAll(MetadataRules.check(metadata, at, true, Names::pathSegment));
            if (!metadata.namespace().isEmpty()) {
                Names.label(metadata.namespace())
                        .ifPresent(why ->
                                errors.add(
                                        FieldError.invalid(
                                                at + ".namespace", metadata.namespace(), why)));
            }
        }
    }

    private static Optional<String> text(
            Object value, String name, String path, List<FieldError> errors) {
        Object found = Plain.get(value, name);
        if (found == null) {
            errors.add(FieldError.required(child(path, name), ""));
        } else if ("".equals(found)) {
            errors.add(FieldError.invalid(child(path, name), "", "must not be empty"));
        } else if (found instanceof String text) {
            return Optional.of(text);
        }
        return Optional.empty();
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
