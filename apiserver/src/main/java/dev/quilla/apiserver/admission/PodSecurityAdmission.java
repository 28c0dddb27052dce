package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Pod Security Standards, as the labels of a namespace ask for them: {@code enforce} refuses
 * pods, {@code warn} tells who makes them or what makes them. There is one version of the
 * standards, the latest; {@code audit} has nowhere to write to.
 */
public final class PodSecurityAdmission implements Admission {

    private static final String LABEL = "pod-security.kubernetes.io/";
    private static final String ENFORCE = "enforce";
    private static final String WARN = "warn";
    private static final String AUDIT = "audit";
    private static final List<String> MODES = List.of(ENFORCE, WARN, AUDIT);

    private final ObjectStore objects;
    private final ApiResource namespaces =
            Schema.builtin().find(Resources.NAMESPACES.gvr()).orElseThrow();

    /** Looks up namespaces there. */
    public PodSecurityAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        String subresource = request.call().info().subresource();
        if (subresource.equals("status") || subresource.equals("scale")) {
            return object;
        }
        switch (request.resource().groupResource().toString()) {
            case "namespaces" -> checkLabels(request, new Namespace(object));
            case "pods" -> checkPod(request, new Pod(object));
            default ->
                    template(object)
                            .filter(t ->
                                    request.before()
                                            .flatMap(PodSecurityAdmission::template)
                                            .filter(t::equals)
                                            .isEmpty())
                            .ifPresent(t -> warn(request, object, t));
        }
        return object;
    }

    private static void checkLabels(Request request, Namespace namespace) {
        List<FieldError> errors = new ArrayList<>();
        for (String mode : MODES) {
            String level = namespace.metadata().labels().getOrDefault(LABEL + mode, "privileged");
            if (PodSecurityLevel.named(level).isEmpty()) {
                errors.add(
                        FieldError.invalid(
                                "metadata.labels[" + LABEL + mode + "]",
                                level,
                                "must be one of privileged, baseline, restricted"));
            }
        }
        if (!errors.isEmpty()) {
            throw ApiErrors.invalid(request.resource().gvk(), namespace.name(), errors);
        }
    }

    private void checkPod(Request request, Pod pod) {
        Optional<PodSpec> before = request.before().map(b -> new Pod(b).spec());
        if (before.isPresent() && bare(before.get()).equals(bare(pod.spec()))) {
            return;
        }
        Map<String, String> labels = labels(pod.namespace());
        List<String> broken = level(labels, ENFORCE).broken(pod.metadata(), pod.spec());
        if (!broken.isEmpty()) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    pod.name(),
                    "violates PodSecurity " + text(labels, ENFORCE, broken));
        }
        request.call()
                .trail()
                .note(
                        LABEL + "enforce-policy",
                        labels.getOrDefault(LABEL + ENFORCE, "privileged")
                                + ":"
                                + labels.getOrDefault(LABEL + ENFORCE + "-version", "latest"));
        tell(request, labels, pod.metadata(), pod.spec());
    }

    /** Containers without their images: nothing else that may change matters to the standards. */
    private static List<Object> bare(PodSpec spec) {
        List<Object> containers = new ArrayList<>();
        for (Container container : spec.containers()) {
            containers.add(container.toBuilder().clearImage().build());
        }
        for (Container container : spec.initContainers()) {
            containers.add(container.toBuilder().clearImage().build());
        }
        containers.addAll(spec.ephemeralContainers());
        return containers;
    }

    private void warn(Request request, Struct object, PodTemplateSpec template) {
        Map<String, String> labels = labels(object.text("metadata", "namespace"));
        tell(request, labels, template.metadata(), template.spec());
    }

    private static void tell(
            Request request, Map<String, String> labels, ObjectMeta metadata, PodSpec spec) {
        List<String> warned = level(labels, WARN).broken(metadata, spec);
        if (!warned.isEmpty()) {
            request.call()
                    .warnings()
                    .add("would violate PodSecurity " + text(labels, WARN, warned));
        }
        if (request.call().trail().records()) {
            List<String> noted = level(labels, AUDIT).broken(metadata, spec);
            if (!noted.isEmpty()) {
                request.call()
                        .trail()
                        .note(
                                LABEL + "audit-violations",
                                "would violate PodSecurity " + text(labels, AUDIT, noted));
            }
        }
    }

    private static String text(Map<String, String> labels, String mode, List<String> broken) {
        return "\"%s:%s\": %s"
                .formatted(
                        labels.get(LABEL + mode),
                        labels.getOrDefault(LABEL + mode + "-version", "latest"),
                        String.join(", ", broken));
    }

    /** A label that can't be read asks for the most. */
    private static PodSecurityLevel level(Map<String, String> labels, String mode) {
        return PodSecurityLevel.named(labels.getOrDefault(LABEL + mode, "privileged"))
                .orElse(PodSecurityLevel.RESTRICTED);
    }

    private Map<String, String> labels(String namespace) {
        return objects.find(objects.local(), namespaces, ObjectKey.cluster(namespace))
                .map(n -> new Namespace(n.object()).metadata().labels())
                .orElse(Map.of());
    }

    /** The pods that an object makes, whatever its kind. */
    private static Optional<PodTemplateSpec> template(Struct object) {
        return object.at("spec", "template")
                .or(() -> object.at("spec", "jobTemplate", "spec", "template"))
                .or(() -> object.at("template"))
                .filter(t ->
                        t instanceof Struct s && s.definition() == PodTemplateSpec.definition())
                .map(t -> new PodTemplateSpec((Struct) t));
    }
}
