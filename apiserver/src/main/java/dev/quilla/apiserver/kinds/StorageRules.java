package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.atLeast;
import static dev.quilla.apiserver.kinds.FieldRules.between;
import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.selector;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.FieldRules.unique;
import static dev.quilla.apiserver.kinds.PartRules.exactlyOne;
import static dev.quilla.apiserver.kinds.PartRules.kept;
import static dev.quilla.apiserver.kinds.PartRules.noneTwice;
import static dev.quilla.apiserver.kinds.PartRules.notNegative;
import static dev.quilla.apiserver.kinds.PartRules.part;
import static dev.quilla.apiserver.kinds.PartRules.positive;

import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The part of {@link KindRules} about volumes, what makes them and who gets them. */
final class StorageRules {

    private static final int PARAMETERS_MAX = 512;
    private static final int PARAMETER_BYTES_MAX = 256 << 10;
    private static final int TOKEN_SECONDS_MIN = 600;
    private static final long TOKEN_SECONDS_MAX = 1L << 32;
    private static final int UPDATE_SECONDS_MIN = 10;
    private static final String ONE_SOURCE =
            "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

    private static final FieldRules CLAIMS =
            FieldRules.of(
                    required("spec.accessModes", "at least 1 access mode is required"),
                    part("spec", VolumeRules::accessModes),
                    part("spec", VolumeRules::request),
                    selector("spec.selector"),
                    text("spec.storageClassName", Names::subdomain),
                    text("spec.volumeAttributesClassName", Names::subdomain),
                    text("spec.dataSource.apiGroup", Names::subdomain),
                    text("spec.dataSourceRef.apiGroup", Names::subdomain),
                    part("spec", VolumeRules::dataSource),
                    VolumeRules::claimStays);

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "persistentvolumes",
                    FieldRules.of(
                            required("spec.accessModes", ""),
                            part("spec", VolumeRules::accessModes),
                            part("spec", VolumeRules::capacity),
                            positive("spec.capacity"),
                            part("spec", VolumeRules::source),
                            required("spec.hostPath.path", ""),
                            text("spec.hostPath.path", FormRules::withoutSteps),
                            required("spec.local.path", ""),
                            text("spec.local.path", FormRules::withoutSteps),
                            required("spec.nfs.server", ""),
                            required("spec.nfs.path", ""),
                            text("spec.nfs.path", FormRules::absolutePath),
                            text("spec.csi.driver", FormRules::driver),
                            required("spec.csi.volumeHandle", ""),
                            required(
                                    "spec.nodeAffinity.required",
                                    "must specify required node constraints"),
                            part("spec.nodeAffinity.required", NodeSelectorRules::selector),
                            text("spec.storageClassName", Names::subdomain),
                            text("spec.volumeAttributesClassName", Names::subdomain),
                            immutable("spec.volumeMode"),
                            VolumeRules::sourceStays,
                            VolumeRules::affinityStays),
                    "persistentvolumeclaims",
                    CLAIMS,
                    "storageclasses.storage.k8s.io",
                    FieldRules.of(
                            required("provisioner", ""),
                            text("provisioner", name -> Names.qualified(lower(name))),
                            oneOf("reclaimPolicy", "Delete", "Retain"),
                            text(
                                    "allowedTopologies[].matchLabelExpressions[].key",
                                    Names::qualified),
                            required("allowedTopologies[].matchLabelExpressions[].values", ""),
                            noneTwice("allowedTopologies[].matchLabelExpressions[].values"),
                            part("", StorageRules::parameters),
                            unique("allowedTopologies[].matchLabelExpressions", "key"),
                            kept("provisioner", "updates to provisioner are forbidden."),
                            kept("parameters", "updates to parameters are forbidden."),
                            kept("reclaimPolicy", "updates to reclaimPolicy are forbidden."),
                            immutable("volumeBindingMode")),
                    "volumeattachments.storage.k8s.io",
                    FieldRules.of(
                            text("spec.attacher", FormRules::driver),
                            text("spec.nodeName", Names::subdomain),
                            exactlyOne(
                                    "spec.source",
                                    ONE_SOURCE,
                                    "inlineVolumeSpec",
                                    "persistentVolumeName"),
                            part("spec.source", StorageRules::attached),
                            immutable("spec")),
                    "volumeattributesclasses.storage.k8s.io",
                    FieldRules.of(
                            required("driverName", ""),
                            text("driverName", FormRules::driver),
                            required("parameters", "must contain at least one key/value pair"),
                            part("", StorageRules::parameters),
                            immutable("driverName"),
                            immutable("parameters")),
                    "csinodes.storage.k8s.io",
                    FieldRules.of(
                            text("spec.drivers[].name", FormRules::driver),
                            text("spec.drivers[].topologyKeys[]", Names::qualified),
                            noneTwice("spec.drivers[].topologyKeys"),
                            atLeast("spec.drivers[].allocatable.count", 0),
                            unique("spec.drivers", "name"),
                            VolumeRules::driversStay),
                    "csidrivers.storage.k8s.io",
                    FieldRules.of(
                            oneOf("spec.volumeLifecycleModes[]", "Ephemeral", "Persistent"),
                            oneOf("spec.fsGroupPolicy", "File", "None", "ReadWriteOnceWithFSType"),
                            unique("spec.tokenRequests", "audience"),
                            between(
                                    "spec.tokenRequests[].expirationSeconds",
                                    TOKEN_SECONDS_MIN,
                                    TOKEN_SECONDS_MAX),
                            atLeast("spec.nodeAllocatableUpdatePeriodSeconds", UPDATE_SECONDS_MIN),
                            immutable("spec.attachRequired"),
                            immutable("spec.volumeLifecycleModes")),
                    "csistoragecapacities.storage.k8s.io",
                    FieldRules.of(
                            part("", StorageRules::className),
                            selector("nodeTopology"),
                            notNegative("capacity"),
                            immutable("storageClassName"),
                            immutable("nodeTopology")));

    private StorageRules() {}

    /** Parameters are not endless, and each has a name. */
    private static void parameters(Struct part, String at, List<FieldError> errors) {
        Map<?, ?> parameters = (Map<?, ?>) part.find("parameters").orElse(Map.of());
        if (parameters.size() > PARAMETERS_MAX) {
            errors.add(FieldError.tooLong("parameters", PARAMETERS_MAX));
            return;
        }
        if (parameters.containsKey("")) {
            errors.add(FieldError.invalid("parameters", "", "field can not be empty."));
        }
        int bytes =
                parameters.entrySet().stream()
                        .mapToInt(p -> bytes(p.getKey()) + bytes(p.getValue()))
                        .sum();
        if (bytes > PARAMETER_BYTES_MAX) {
            errors.add(FieldError.tooLong("parameters", PARAMETER_BYTES_MAX));
        }
    }

    private static int bytes(Object text) {
        return text.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /** What is attached is a volume of a name, or one of a driver that has no object. */
    private static void attached(Struct source, String at, List<FieldError> errors) {
        if (source.has("persistentVolumeName")) {
            String name = source.text("persistentVolumeName");
            String place = at + ".persistentVolumeName";
            if (name.isEmpty()) {
                errors.add(
                        FieldError.required(place, "must specify non empty persistentVolumeName"));
            }
            Names.subdomain(name)
                    .ifPresent(why -> errors.add(FieldError.invalid(place, name, why)));
        }
        source.find("inlineVolumeSpec")
                .filter(spec -> !((Struct) spec).has("csi"))
                .ifPresent(spec ->
                        errors.add(
                                FieldError.required(
                                        at + ".inlineVolumeSpec.csi",
                                        "has to be specified in the context of inline volumes")));
    }

    private static void className(Struct capacity, String at, List<FieldError> errors) {
        String name = capacity.text("storageClassName");
        Names.subdomain(name)
                .ifPresent(why -> errors.add(FieldError.invalid("storageClassName", name, why)));
    }

    /** What is wrong with a template of claims. */
    static List<FieldError> ofTemplate(Struct claim, String at) {
        return CLAIMS.check(claim, Optional.empty(), at);
    }

    private static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }
}
