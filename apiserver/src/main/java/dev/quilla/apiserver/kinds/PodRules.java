package dev.quilla.apiserver.kinds;

import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.health.PluginProbes;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules of pods' specifications, wherever they stand. */
final class PodRules {

    private final String at;
    private final PodSpec spec;
    private final List<FieldError> errors = new ArrayList<>();
    private final Map<String, Volume> volumes = new LinkedHashMap<>();

    private PodRules(PodSpec spec, String at) {
        this.spec = spec;
        this.at = at;
    }

    static List<FieldError> check(PodSpec spec, String at) {
        PodRules rules = new PodRules(spec, at);
        rules.check();
        AmountRules.pair(spec.resources(), at + ".resources", rules.errors);
        rules.errors.addAll(PodLevelResources.check(spec, at));
        rules.errors.addAll(KindRules.POD_SPEC.check(spec.struct(), Optional.empty(), at));
        return rules.errors;
    }

    /** What is wrong with a template of pods. */
    static List<FieldError> check(PodTemplateSpec template, String at) {
        ObjectMeta metadata = template.metadata();
        List<FieldError> errors = new ArrayList<>(Names.labels(metadata.labels(), at + ".labels"));
        errors.addAll(Names.annotations(metadata.annotations(), at + ".annotations"));
        if (!template.spec().ephemeralContainers().isEmpty()) {
            errors.add(
                    FieldError.forbidden(
                            at + ".spec.ephemeralContainers",
                            "ephemeral containers not allowed in pod template"));
        }
        errors.addAll(check(template.spec(), at + ".spec"));
        errors.addAll(
                PluginProbes.check(
                        metadata.annotations(), template.spec(), at + ".metadata.annotations"));
        return errors;
    }

    private void check() {
        for (int i = 0; i < spec.volumes().size(); i++) {
            volume(spec.volumes().get(i), at + ".volumes[" + i + "]");
        }
        if (spec.containers().isEmpty()) {
            errors.add(FieldError.required(at + ".containers", ""));
        }
        ContainerRules containers = new ContainerRules(spec, volumes, errors);
        String init = at + ".initContainers";
        PodTemplates.containers(spec, at)
                .forEach((place, c) -> containers.check(c, place.startsWith(init), place));
        if (spec.terminationGracePeriodSeconds() < 0) {
            errors.add(
                    FieldError.invalid(
                            at + ".terminationGracePeriodSeconds",
                            spec.terminationGracePeriodSeconds(),
                            "must be greater than or equal to 0"));
        }
        if (spec.hasActiveDeadlineSeconds() && spec.activeDeadlineSeconds() < 1) {
            errors.add(
                    FieldError.invalid(
                            at + ".activeDeadlineSeconds",
                            spec.activeDeadlineSeconds(),
                            "must be between 1 and 2147483647, inclusive"));
        }
        errors.addAll(Names.labels(spec.nodeSelector(), at + ".nodeSelector"));
        if (!spec.hostname().isEmpty()) {
            Names.label(spec.hostname())
                    .ifPresent(p ->
                            errors.add(FieldError.invalid(at + ".hostname", spec.hostname(), p)));
        }
    }

    private void volume(Volume volume, String place) {
        if (volume.name().isEmpty()) {
            return; // Told already: every required text is checked for every kind.
        }
        Names.label(volume.name())
                .ifPresent(p -> errors.add(FieldError.invalid(place + ".name", volume.name(), p)));
        if (volumes.putIfAbsent(volume.name(), volume) != null) {
            errors.add(FieldError.duplicate(place + ".name", volume.name()));
        }
        long sources =
                volume.struct().definition().fields().stream()
                        .filter(f -> !f.name().equals("name") && volume.struct().has(f))
                        .count();
        if (sources > 1) {
            errors.add(FieldError.forbidden(place, "may not specify more than 1 volume type"));
        }
        VolumeSourceRules.check(volume, place, errors);
    }
}
