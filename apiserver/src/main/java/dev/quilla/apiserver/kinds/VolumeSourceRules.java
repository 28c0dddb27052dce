package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.between;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.DownwardAPIVolumeFile;
import dev.quilla.model.core.v1.KeyToPath;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;

/** What volumes of pods are made of. */
final class VolumeSourceRules {

    private static final int MODE_MAX = 0777;
    private static final String MODE =
            "must be a number between 0 and 0777 (octal), both inclusive";

    private static final List<String> FIELDS =
            List.of(
                    "metadata.annotations",
                    "metadata.labels",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid");

    private static final FieldRules RULES =
            FieldRules.of(
                    text("hostPath.path", FormRules::withoutSteps),
                    required("configMap.name", ""),
                    required("secret.secretName", ""),
                    text("nfs.path", FormRules::absolutePath),
                    text("csi.driver", FormRules::driver),
                    required("ephemeral.volumeClaimTemplate", ""),
                    part("configMap", VolumeSourceRules::mode),
                    part("secret", VolumeSourceRules::mode),
                    part("downwardAPI", VolumeSourceRules::mode),
                    part("projected", VolumeSourceRules::mode),
                    part("configMap.items[]", VolumeSourceRules::item),
                    part("secret.items[]", VolumeSourceRules::item),
                    part("downwardAPI.items[]", VolumeSourceRules::file),
                    part("projected.sources[].configMap.items[]", VolumeSourceRules::item),
                    part("projected.sources[].secret.items[]", VolumeSourceRules::item),
                    part("projected.sources[].downwardAPI.items[]", VolumeSourceRules::file),
                    part("projected.sources[]", VolumeSourceRules::one),
                    required("projected.sources[].configMap.name", ""),
                    required("projected.sources[].secret.name", ""),
                    between(
                            "projected.sources[].serviceAccountToken.expirationSeconds",
                            600,
                            1L << 32));

    private VolumeSourceRules() {}

    /** What is wrong with a volume, but for its name. */
    static void check(Volume volume, String at, List<FieldError> errors) {
        errors.addAll(RULES.check(volume.struct(), Optional.empty(), at));
        boolean negative =
                volume.emptyDir().sizeLimit().filter(l -> l.decimal().signum() < 0).isPresent();
        if (negative) {
            errors.add(
                    FieldError.forbidden(
                            at + ".emptyDir.sizeLimit",
                            "SizeLimit field must be a valid resource quantity"));
        }
    }

    private static void mode(Struct source, String at, List<FieldError> errors) {
        mode(source, "defaultMode", at, errors);
    }

    private static void mode(Struct part, String field, String at, List<FieldError> errors) {
        long mode = part.find(field).map(n -> ((Number) n).longValue()).orElse(0L);
        if (mode < 0 || mode > MODE_MAX) {
            errors.add(FieldError.invalid(at + "." + field, mode, MODE));
        }
    }

    private static void item(Struct part, String at, List<FieldError> errors) {
        MountRules.descends(new KeyToPath(part).path(), at + ".path", errors);
        mode(part, "mode", at, errors);
    }

    private static void file(Struct part, String at, List<FieldError> errors) {
        DownwardAPIVolumeFile file = new DownwardAPIVolumeFile(part);
        MountRules.descends(file.path(), at + ".path", errors);
        mode(part, "mode", at, errors);
        if (file.hasFieldRef() && file.hasResourceFieldRef()) {
            errors.add(
                    FieldError.invalid(
                            at,
                            "resource",
                            "fieldRef and resourceFieldRef can not be specified simultaneously"));
        }
        if (file.hasFieldRef()) {
            EnvironmentRules.field(file.fieldRef(), FIELDS, at + ".fieldRef", errors);
        } else if (file.hasResourceFieldRef()) {
            String place = at + ".resourceFieldRef";
            if (file.resourceFieldRef().containerName().isEmpty()) {
                errors.add(FieldError.required(place + ".containerName", ""));
            }
            EnvironmentRules.resource(file.resourceFieldRef(), place, errors);
        } else {
            errors.add(FieldError.required(at, "one of fieldRef and resourceFieldRef is required"));
        }
    }

    private static void one(Struct source, String at, List<FieldError> errors) {
        source.definition().fields().stream()
                .filter(source::has)
                .skip(1)
                .forEach(field ->
                        errors.add(
                                FieldError.forbidden(
                                        at + "." + field.name(),
                                        "may not specify more than 1 volume type per source")));
    }
}
