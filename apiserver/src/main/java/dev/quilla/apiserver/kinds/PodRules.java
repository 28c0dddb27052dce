package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.Probe;
import dev.quilla.model.core.v1.ResourceRequirements;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeMount;
import dev.quilla.model.health.PluginProbes;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules of pods' specifications, wherever they stand. */
final class PodRules {

    private final String at;
    private final PodSpec spec;
    private final List<FieldError> errors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> volumes = new HashSet<>();

    private PodRules(PodSpec spec, String at) {
        this.spec = spec;
        this.at = at;
    }

    static List<FieldError> check(PodSpec spec, String at) {
        PodRules rules = new PodRules(spec, at);
        rules.check();
        rules.resources(spec.resources(), at + ".resources");
        rules.errors.addAll(PodLevelResources.check(spec, at));
        rules.errors.addAll(KindRules.POD_SPEC.check(spec.struct(), Optional.empty(), at));
        return rules.errors;
    }

    /** What is wrong with a template of pods. */
    static List<FieldError> check(PodTemplateSpec template, String at) {
        ObjectMeta metadata = template.metadata();
        List<FieldError> errors =
                new ArrayList<>(Names.labels(metadata.labels(), at + ".metadata.labels"));
        errors.addAll(Names.annotations(metadata.annotations(), at + ".metadata.annotations"));
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
        PodTemplates.containers(spec, at).forEach((place, c) -> container(c, place));
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
        if (!volumes.add(volume.name())) {
            errors.add(FieldError.duplicate(place + ".name", volume.name()));
        }
        long sources =
                volume.struct().definition().fields().stream()
                        .filter(f -> !f.name().equals("name") && volume.struct().has(f))
                        .count();
        if (sources > 1) {
            errors.add(FieldError.forbidden(place, "may not specify more than 1 volume type"));
        }
    }

    private void container(Container container, String place) {
        if (!container.name().isEmpty()) {
            Names.label(container.name())
                    .ifPresent(p ->
                            errors.add(FieldError.invalid(place + ".name", container.name(), p)));
            if (!names.add(container.name())) {
                errors.add(FieldError.duplicate(place + ".name", container.name()));
            }
        }
        if (container.image().isEmpty()) {
            errors.add(FieldError.required(place + ".image", ""));
        } else if (!container.image().equals(container.image().strip())) {
            errors.add(
                    FieldError.invalid(
                            place + ".image",
                            container.image(),
                            "must not have leading or trailing whitespace"));
        }
        ports(container, place);
        for (int i = 0; i < container.volumeMounts().size(); i++) {
            mount(container.volumeMounts().get(i), place + ".volumeMounts[" + i + "]");
        }
        resources(container.resources(), place + ".resources");
        probe(container.livenessProbe(), container.hasLivenessProbe(), place + ".livenessProbe");
        probe(container.readinessProbe(), container.hasReadinessProbe(), place + ".readinessProbe");
        probe(container.startupProbe(), container.hasStartupProbe(), place + ".startupProbe");
    }

    private void ports(Container container, String place) {
        Set<String> portNames = new HashSet<>();
        for (int i = 0; i < container.ports().size(); i++) {
            ContainerPort port = container.ports().get(i);
            String where = place + ".ports[" + i + "]";
            if (port.containerPort() < 1 || port.containerPort() > 65535) {
                errors.add(
                        FieldError.invalid(
                                where + ".containerPort",
                                port.containerPort(),
                                "must be between 1 and 65535, inclusive"));
            }
            if (port.hasHostPort() && (port.hostPort() < 1 || port.hostPort() > 65535)) {
                errors.add(
                        FieldError.invalid(
                                where + ".hostPort",
                                port.hostPort(),
                                "must be between 1 and 65535, inclusive"));
            }
            if (!port.name().isEmpty() && !portNames.add(port.name())) {
                errors.add(FieldError.duplicate(where + ".name", port.name()));
            }
        }
    }

    private void mount(VolumeMount mount, String place) {
        if (!mount.name().isEmpty() && !volumes.contains(mount.name())) {
            errors.add(
                    new FieldError(
                            FieldError.Type.NOT_FOUND,
                            place + ".name",
                            "\"" + mount.name() + "\"",
                            ""));
        }
        if (mount.subPath().startsWith("/") || List.of(mount.subPath().split("/")).contains("..")) {
            errors.add(
                    FieldError.invalid(
                            place + ".subPath",
                            mount.subPath(),
                            "must be a relative path without '..'"));
        }
    }

    private void resources(ResourceRequirements resources, String place) {
        Map<String, Quantity> limits = resources.limits();
        resources
                .requests()
                .forEach((name, amount) -> {
                    String where = place + ".requests";
                    if (amount.decimal().signum() < 0) {
                        errors.add(
                                FieldError.invalid(
                                        where + "[" + name + "]",
                                        amount,
                                        "must be greater than or equal to 0"));
                    }
                    Quantity limit = limits.get(name);
                    if (limit != null && amount.compareTo(limit) > 0) {
                        errors.add(
                                FieldError.invalid(
                                        where,
                                        amount,
                                        "must be less than or equal to "
                                                + name
                                                + " limit of "
                                                + limit));
                    }
                });
    }

    private void probe(Probe probe, boolean present, String place) {
        if (!present) {
            return;
        }
        int actions =
                (probe.hasExec() ? 1 : 0)
                        + (probe.hasHttpGet() ? 1 : 0)
                        + (probe.hasTcpSocket() ? 1 : 0)
                        + (probe.hasGrpc() ? 1 : 0);
        if (actions == 0) {
            errors.add(FieldError.required(place, "must specify a handler type"));
        } else if (actions > 1) {
            errors.add(FieldError.forbidden(place, "may not specify more than 1 handler type"));
        }
        if (!place.endsWith("readinessProbe") && probe.successThreshold() != 1) {
            errors.add(
                    FieldError.invalid(
                            place + ".successThreshold", probe.successThreshold(), "must be 1"));
        }
    }
}
