package dev.quilla.kubelet.volumes;

import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSecurityContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Where a volume of a pod lives.
 *
 * @param disk the volume's directory on disk
 * @param memory the volume's directory for what must not reach a disk; on disk all the same where
 *     the worker may mount nothing
 * @param root whether the worker may mount, and give files away
 */
record Place(Pod pod, Path disk, Path memory, boolean root) {

    /** Who owns what the volume holds. Only root can give files away. */
    Ownership ownership() {
        PodSecurityContext security = pod.spec().securityContext();
        return root && security.hasFsGroup()
                ? new Ownership(OptionalLong.of(security.fsGroup()))
                : Ownership.WORKERS;
    }

    /** The user of all containers, if it is the same one. */
    OptionalLong onlyUser() {
        PodSecurityContext security = pod.spec().securityContext();
        var users =
                Stream.concat(
                                pod.spec().containers().stream(),
                                pod.spec().initContainers().stream())
                        .map(c -> {
                            if (c.securityContext().hasRunAsUser()) {
                                return Optional.of(c.securityContext().runAsUser());
                            }
                            return security.hasRunAsUser()
                                    ? Optional.of(security.runAsUser())
                                    : Optional.<Long>empty();
                        })
                        .distinct()
                        .toList();
        return root && users.size() == 1 && users.getFirst().isPresent()
                ? OptionalLong.of(users.getFirst().get())
                : OptionalLong.empty();
    }
}
