package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Containers that are added to a pod for a look at it. */
final class EphemeralRules {

    private static final String NOT_FOR_THEM = "cannot be set for an Ephemeral Container";
    private static final List<String> FORBIDDEN =
            List.of(
                    "ports",
                    "livenessProbe",
                    "readinessProbe",
                    "startupProbe",
                    "lifecycle",
                    "resizePolicy");

    private EphemeralRules() {}

    /** They are added for good; no two containers share a name. */
    static List<FieldError> check(PodSpec old, PodSpec now) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        now.containers().forEach(c -> names.add(c.name()));
        now.initContainers().forEach(c -> names.add(c.name()));
        Set<String> others = Set.copyOf(names);
        Set<String> volumes = new HashSet<>();
        now.volumes().forEach(v -> volumes.add(v.name()));
        for (int i = 0; i < now.ephemeralContainers().size(); i++) {
            EphemeralContainer container = now.ephemeralContainers().get(i);
            String at = "spec.ephemeralContainers[" + i + "]";
            if (!names.add(container.name())) {
                errors.add(FieldError.duplicate(at + ".name", container.name()));
            }
            check(container, others, volumes, at, errors);
        }
        for (EphemeralContainer container : old.ephemeralContainers()) {
            if (!now.ephemeralContainers().contains(container)) {
                errors.add(
                        FieldError.forbidden(
                                "spec.ephemeralContainers",
                                "existing ephemeral containers \""
                                        + container.name()
                                        + "\" may not be removed or changed"));
            }
        }
        return errors;
    }

    private static void check(
            EphemeralContainer container,
            Set<String> others,
            Set<String> volumes,
            String at,
            List<FieldError> errors) {
        String name = container.name();
        if (!name.isEmpty()) {
            Names.label(name).ifPresent(p -> errors.add(FieldError.invalid(at + ".name", name, p)));
        }
        if (container.image().isEmpty()) {
            errors.add(FieldError.required(at + ".image", ""));
        }
        Struct struct = container.struct();
        FORBIDDEN.stream()
                .filter(struct::has)
                .forEach(field -> errors.add(FieldError.forbidden(at + "." + field, NOT_FOR_THEM)));
        boolean asks =
                !container.resources().limits().isEmpty()
                        || !container.resources().requests().isEmpty();
        if (asks) {
            errors.add(FieldError.forbidden(at + ".resources", NOT_FOR_THEM));
        }
        String target = container.targetContainerName();
        if (!target.isEmpty() && !others.contains(target)) {
            errors.add(notFound(at + ".targetContainerName", target));
        }
        for (int i = 0; i < container.volumeMounts().size(); i++) {
            var mount = container.volumeMounts().get(i);
            String place = at + ".volumeMounts[" + i + "]";
            if (!mount.name().isEmpty() && !volumes.contains(mount.name())) {
                errors.add(notFound(place + ".name", mount.name()));
            }
            if (!mount.subPath().isEmpty()) {
                errors.add(FieldError.forbidden(place + ".subPath", NOT_FOR_THEM));
            }
        }
    }

    private static FieldError notFound(String at, String name) {
        return new FieldError(FieldError.Type.NOT_FOUND, at, "\"" + name + "\"", "");
    }
}
