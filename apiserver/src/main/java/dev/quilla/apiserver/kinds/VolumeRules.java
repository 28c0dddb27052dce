package dev.quilla.apiserver.kinds;

import dev.quilla.model.Field;
import dev.quilla.model.Quantity;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.PersistentVolumeClaimSpec;
import dev.quilla.model.core.v1.PersistentVolumeSpec;
import dev.quilla.model.storage.v1.CSINode;
import dev.quilla.model.storage.v1.CSINodeDriver;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules between the fields of volumes and claims, and of what an update may not change. */
final class VolumeRules {

    private static final String STORAGE = "storage";
    private static final String ALONE = "ReadWriteOncePod";

    /** Fields of a volume that are not where its data lies. */
    private static final Set<String> NO_SOURCES =
            Set.of(
                    "accessModes",
                    "capacity",
                    "claimRef",
                    "mountOptions",
                    "nodeAffinity",
                    "persistentVolumeReclaimPolicy",
                    "storageClassName",
                    "volumeAttributesClassName",
                    "volumeMode");

    private VolumeRules() {}

    /** One pod alone has a volume, or several have. */
    static void accessModes(Struct spec, String at, List<FieldError> errors) {
        List<?> modes = spec.find("accessModes").map(m -> (List<?>) m).orElse(List.of());
        if (modes.size() > 1 && modes.contains(ALONE)) {
            errors.add(
                    FieldError.forbidden(
                            at + ".accessModes",
                            "may not use ReadWriteOncePod with other access modes"));
        }
    }

    /** A volume's capacity is storage, and nothing else. */
    static void capacity(Struct spec, String at, List<FieldError> errors) {
        Map<String, Quantity> capacity = new PersistentVolumeSpec(spec).capacity();
        if (capacity.isEmpty()) {
            errors.add(FieldError.required(at + ".capacity", ""));
        } else if (!capacity.keySet().equals(Set.of(STORAGE))) {
            errors.add(
                    FieldError.notSupported(
                            at + ".capacity",
                            String.join(", ", capacity.keySet()),
                            List.of(STORAGE)));
        }
    }

    /** A volume lies in one place, which fits to what else is said. */
    static void source(Struct part, String at, List<FieldError> errors) {
        PersistentVolumeSpec spec = new PersistentVolumeSpec(part);
        List<String> sources = sources(part);
        if (sources.isEmpty()) {
            errors.add(FieldError.required(at, "must specify a volume type"));
        }
        sources.stream()
                .skip(1)
                .forEach(s ->
                        errors.add(
                                FieldError.forbidden(
                                        at + "." + s, "may not specify more than 1 volume type")));
        if (spec.hasHostPath()
                && spec.hostPath().path().equals("/")
                && spec.persistentVolumeReclaimPolicy().equals("Recycle")) {
            errors.add(
                    FieldError.forbidden(
                            at + ".persistentVolumeReclaimPolicy",
                            "may not be 'recycle' for a hostPath mount of '/'"));
        }
        if (spec.hasLocal() && !spec.hasNodeAffinity()) {
            errors.add(
                    FieldError.required(
                            at + ".nodeAffinity", "Local volume requires node affinity"));
        }
        if (spec.hasVolumeAttributesClassName()) {
            if (spec.volumeAttributesClassName().isEmpty()) {
                errors.add(
                        FieldError.required(
                                at + ".volumeAttributesClassName",
                                "an empty string is disallowed"));
            }
            if (!spec.hasCsi()) {
                errors.add(
                        FieldError.required(
                                at + ".csi",
                                "has to be specified when using volumeAttributesClassName"));
            }
        }
    }

    private static List<String> sources(Struct spec) {
        return spec.definition().fields().stream()
                .filter(f -> !NO_SOURCES.contains(f.name()) && spec.has(f))
                .map(Field::name)
                .toList();
    }

    /** Data stays where it is. */
    static void sourceStays(
            Struct object, Optional<Struct> before, String prefix, List<FieldError> errors) {
        before.map(VolumeRules::onlySource)
                .filter(b -> !b.equals(onlySource(object)))
                .ifPresent(b ->
                        errors.add(
                                FieldError.forbidden(
                                        "spec.persistentvolumesource",
                                        "spec.persistentvolumesource is immutable after"
                                                + " creation")));
    }

    private static Struct onlySource(Struct object) {
        Struct spec = object.at("spec").map(Struct.class::cast).orElse(object);
        for (String field : NO_SOURCES) {
            spec = spec.without(field);
        }
        return spec;
    }

    /** Where a volume can be reached from may be said later, and then stays. */
    static void affinityStays(
            Struct object, Optional<Struct> before, String prefix, List<FieldError> errors) {
        before.flatMap(b -> b.at("spec", "nodeAffinity"))
                .filter(old -> !Optional.of(old).equals(object.at("spec", "nodeAffinity")))
                .ifPresent(old ->
                        errors.add(
                                FieldError.invalid(
                                        "spec.nodeAffinity",
                                        object.at("spec", "nodeAffinity").orElse("null"),
                                        "field is immutable, except for updating from beta label to"
                                                + " GA")));
    }

    /** A claim says how much it wants. */
    static void request(Struct part, String at, List<FieldError> errors) {
        Quantity wanted = new PersistentVolumeClaimSpec(part).resources().requests().get(STORAGE);
        String place = at + ".resources[" + STORAGE + "]";
        if (wanted == null) {
            errors.add(FieldError.required(place, ""));
        } else if (wanted.compareTo(Quantity.ZERO) <= 0) {
            errors.add(FieldError.invalid(place, wanted, "must be greater than zero"));
        }
    }

    /** What a claim begins with is a claim itself, or of a kind that somebody else knows. */
    static void dataSource(Struct part, String at, List<FieldError> errors) {
        PersistentVolumeClaimSpec spec = new PersistentVolumeClaimSpec(part);
        if (spec.hasDataSource()) {
            ofCore(
                    spec.dataSource().apiGroup(),
                    spec.dataSource().kind(),
                    at + ".dataSource",
                    errors);
        }
        if (spec.hasDataSourceRef()) {
            ofCore(
                    spec.dataSourceRef().apiGroup(),
                    spec.dataSourceRef().kind(),
                    at + ".dataSourceRef",
                    errors);
        }
        boolean differ =
                spec.hasDataSource()
                        && spec.hasDataSourceRef()
                        && spec.dataSourceRef().namespace().isEmpty()
                        && !(spec.dataSource().apiGroup().equals(spec.dataSourceRef().apiGroup())
                                && spec.dataSource().kind().equals(spec.dataSourceRef().kind())
                                && spec.dataSource().name().equals(spec.dataSourceRef().name()));
        if (differ) {
            errors.add(FieldError.invalid(at, at + ".dataSource", "must match dataSourceRef"));
        }
    }

    private static void ofCore(String group, String kind, String at, List<FieldError> errors) {
        if (group.isEmpty() && !kind.equals("PersistentVolumeClaim")) {
            errors.add(
                    FieldError.invalid(
                            at,
                            kind,
                            "must be 'PersistentVolumeClaim' when referencing the default"
                                    + " apiGroup"));
        }
    }

    /** A claim that has its volume may ask for more; who binds it names the volume. */
    static void claimStays(
            Struct object, Optional<Struct> before, String prefix, List<FieldError> errors) {
        if (before.isEmpty()) {
            return;
        }
        // Claims from before both fields were kept in step are no others for it.
        PersistentVolumeClaim old =
                new PersistentVolumeClaim(StorageKinds.dataSources(before.get()));
        PersistentVolumeClaim now = new PersistentVolumeClaim(object);
        PersistentVolumeClaimSpec.Builder allowed = now.spec().toBuilder();
        if (old.spec().volumeName().isEmpty()) {
            allowed.clearVolumeName();
        }
        if (!old.spec().hasVolumeMode()) {
            allowed.clearVolumeMode();
        }
        // A claim from before there was a usual class may get one.
        if (!old.spec().hasStorageClassName()) {
            allowed.clearStorageClassName();
        }
        boolean bound = old.status().phase().equals("Bound");
        if (bound) {
            allowed.resources(old.spec().resources());
        }
        keepAttributes(old.spec(), allowed, bound);
        if (!allowed.build().equals(withoutVolume(old.spec()))) {
            errors.add(
                    FieldError.forbidden(
                            "spec",
                            "spec is immutable after creation except resources.requests and"
                                    + " volumeAttributesClassName for bound claims"));
        }
        smaller(old, now, errors);
    }

    private static PersistentVolumeClaimSpec withoutVolume(PersistentVolumeClaimSpec spec) {
        return spec.volumeName().isEmpty() ? spec.toBuilder().clearVolumeName().build() : spec;
    }

    private static void keepAttributes(
            PersistentVolumeClaimSpec old, PersistentVolumeClaimSpec.Builder now, boolean bound) {
        if (!bound) {
            return;
        }
        if (old.hasVolumeAttributesClassName()) {
            now.volumeAttributesClassName(old.volumeAttributesClassName());
        } else {
            now.clearVolumeAttributesClassName();
        }
    }

    private static void smaller(
            PersistentVolumeClaim old, PersistentVolumeClaim now, List<FieldError> errors) {
        Quantity before = old.spec().resources().requests().getOrDefault(STORAGE, Quantity.ZERO);
        Quantity wanted = now.spec().resources().requests().getOrDefault(STORAGE, Quantity.ZERO);
        Quantity has = old.status().capacity().getOrDefault(STORAGE, Quantity.ZERO);
        if (wanted.compareTo(before) < 0 && wanted.compareTo(has) <= 0) {
            errors.add(
                    FieldError.forbidden(
                            "spec.resources.requests.storage",
                            "field can not be less than status.capacity"));
        }
    }

    /** What a node says of a driver it says once, but for how many volumes there may be. */
    static void driversStay(
            Struct object, Optional<Struct> before, String prefix, List<FieldError> errors) {
        if (before.isEmpty()) {
            return;
        }
        List<CSINodeDriver> now = new CSINode(object).spec().drivers();
        for (CSINodeDriver old : new CSINode(before.get()).spec().drivers()) {
            for (int i = 0; i < now.size(); i++) {
                if (now.get(i).name().equals(old.name()) && !fixed(now.get(i)).equals(fixed(old))) {
                    errors.add(
                            FieldError.invalid(
                                    "spec.drivers[" + i + "]",
                                    now.get(i).struct(),
                                    "field is immutable"));
                }
            }
        }
    }

    private static CSINodeDriver fixed(CSINodeDriver driver) {
        return driver.toBuilder().clearAllocatable().build();
    }
}
