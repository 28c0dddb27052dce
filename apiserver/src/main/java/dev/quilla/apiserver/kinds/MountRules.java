package dev.quilla.apiserver.kinds;

import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeDevice;
import dev.quilla.model.core.v1.VolumeMount;
import dev.quilla.model.validation.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where containers have a pod's volumes. */
final class MountRules {

    private MountRules() {}

    /** A container's mounts and devices; each place is taken once. */
    static void check(
            Container container, Map<String, Volume> volumes, String at, List<FieldError> errors) {
        Set<String> places = new HashSet<>();
        for (int i = 0; i < container.volumeMounts().size(); i++) {
            VolumeMount mount = container.volumeMounts().get(i);
            String place = at + ".volumeMounts[" + i + "]";
            known(mount.name(), volumes, place, errors);
            if (!mount.mountPath().isEmpty() && !places.add(mount.mountPath())) {
                errors.add(
                        FieldError.invalid(
                                place + ".mountPath", mount.mountPath(), "must be unique"));
            }
            mount(mount, container.securityContext().privileged(), place, errors);
        }
        for (int i = 0; i < container.volumeDevices().size(); i++) {
            VolumeDevice device = container.volumeDevices().get(i);
            String place = at + ".volumeDevices[" + i + "]";
            known(device.name(), volumes, place, errors);
            if (!device.devicePath().isEmpty() && !places.add(device.devicePath())) {
                errors.add(
                        FieldError.invalid(
                                place + ".devicePath", device.devicePath(), "must be unique"));
            }
            Volume volume = volumes.get(device.name());
            boolean block =
                    volume == null || volume.hasPersistentVolumeClaim() || volume.hasEphemeral();
            if (!block) {
                errors.add(
                        FieldError.invalid(
                                place + ".name",
                                device.name(),
                                "can only use volume source type of PersistentVolumeClaim or"
                                        + " Ephemeral for block mode"));
            }
        }
    }

    private static void known(
            String name, Map<String, Volume> volumes, String at, List<FieldError> errors) {
        if (!name.isEmpty() && !volumes.containsKey(name)) {
            errors.add(
                    new FieldError(
                            FieldError.Type.NOT_FOUND, at + ".name", "\"" + name + "\"", ""));
        }
    }

    private static void mount(
            VolumeMount mount, boolean privileged, String at, List<FieldError> errors) {
        descends(mount.subPath(), at + ".subPath", errors);
        descends(mount.subPathExpr(), at + ".subPathExpr", errors);
        if (!mount.subPath().isEmpty() && !mount.subPathExpr().isEmpty()) {
            errors.add(
                    FieldError.invalid(
                            at + ".subPathExpr",
                            mount.subPathExpr(),
                            "subPathExpr and subPath are mutually exclusive"));
        }
        if (mount.mountPropagation().equals("Bidirectional") && !privileged) {
            errors.add(
                    FieldError.forbidden(
                            at + ".mountPropagation",
                            "Bidirectional mount propagation is available only to privileged"
                                    + " containers"));
        }
        boolean recursive =
                !mount.recursiveReadOnly().isEmpty()
                        && !mount.recursiveReadOnly().equals("Disabled");
        if (recursive && !mount.readOnly()) {
            errors.add(
                    FieldError.forbidden(
                            at + ".recursiveReadOnly",
                            "may only be specified when readOnly is true"));
        }
    }

    /** A path below where it starts. */
    static void descends(String path, String at, List<FieldError> errors) {
        if (path.startsWith("/")) {
            errors.add(FieldError.invalid(at, path, "must be a relative path"));
        }
        FormRules.withoutSteps(path).ifPresent(p -> errors.add(FieldError.invalid(at, path, p)));
    }
}
