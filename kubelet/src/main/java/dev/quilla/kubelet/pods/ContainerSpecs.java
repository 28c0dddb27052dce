package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.Image;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.Security;
import dev.quilla.kubelet.runtime.Terminal;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSecurityContext;
import dev.quilla.model.core.v1.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns a container of a pod into what the runtime is asked for. */
final class ContainerSpecs {

    private static final int GUARANTEED_OOM_SCORE = -997;
    private static final int BEST_EFFORT_OOM_SCORE = 1000;

    private final NodeFacts node;

    ContainerSpecs(NodeFacts node) {
        this.node = node;
    }

    ContainerSpec of(
            Pod pod,
            Container container,
            int attempt,
            Image image,
            Map<String, String> environment,
            List<Mount> mounts) {
        Security security = security(pod.spec().securityContext(), container.securityContext());
        if (runsAsNonRoot(pod, container)) {
            refuseRoot(security, image);
        }
        return new ContainerSpec(
                container.name(),
                attempt,
                container.image(),
                image.id(),
                container.command().stream().map(c -> Environment.expand(c, environment)).toList(),
                container.args().stream().map(a -> Environment.expand(a, environment)).toList(),
                environment,
                container.workingDir(),
                mounts,
                resources(pod, container),
                security,
                new Terminal(container.tty(), container.stdin(), container.stdinOnce()),
                Optional.of(container.lifecycle().stopSignal()).filter(s -> !s.isEmpty()),
                Map.of());
    }

    private static boolean runsAsNonRoot(Pod pod, Container container) {
        SecurityContext own = container.securityContext();
        return own.hasRunAsNonRoot()
                ? own.runAsNonRoot()
                : pod.spec().securityContext().runAsNonRoot();
    }

    private static void refuseRoot(Security security, Image image) {
        String user = image.user().split(":", 2)[0];
        if (security.user().isPresent()
                ? security.user().getAsLong() == 0
                : user.isEmpty() || user.equals("0") || user.equals("root")) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG,
                    security.user().isPresent()
                            ? "container's runAsUser breaks non-root policy"
                            : "container has runAsNonRoot and image will run as root");
        }
        if (security.user().isEmpty() && !user.chars().allMatch(Character::isDigit)) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG,
                    "container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is non-root"
                            .formatted(user));
        }
    }

    private static Security security(PodSecurityContext pod, SecurityContext own) {
        List<Long> groups = new ArrayList<>(pod.supplementalGroups());
        if (pod.hasFsGroup()) {
            groups.add(pod.fsGroup());
        }
        String seccomp =
                own.hasSeccompProfile() ? own.seccompProfile().type() : pod.seccompProfile().type();
        return new Security(
                id(own.hasRunAsUser(), own.runAsUser(), pod.hasRunAsUser(), pod.runAsUser()),
                id(own.hasRunAsGroup(), own.runAsGroup(), pod.hasRunAsGroup(), pod.runAsGroup()),
                groups,
                own.privileged(),
                own.readOnlyRootFilesystem(),
                own.capabilities().add(),
                own.capabilities().drop(),
                own.hasAllowPrivilegeEscalation() && !own.allowPrivilegeEscalation(),
                seccomp.equals("Unconfined"));
    }

    private static OptionalLong id(boolean hasOwn, long own, boolean hasPod, long pod) {
        if (hasOwn) {
            return OptionalLong.of(own);
        }
        return hasPod ? OptionalLong.of(pod) : OptionalLong.empty();
    }

    /** What a container may use. */
    Resources resources(Pod pod, Container container) {
        Map<String, Quantity> requests = container.resources().requests();
        Map<String, Quantity> limits = container.resources().limits();
        long limitMilli = milli(limits.get("cpu"));
        long requestMilli = requests.containsKey("cpu") ? milli(requests.get("cpu")) : limitMilli;
        return Resources.of(requestMilli, limitMilli, bytes(limits.get("memory")))
                .withOomScoreAdjust(oomScore(pod, bytes(requests.get("memory"))));
    }

    /** Who asks for more of the memory is ended later when it runs out, as in Kubernetes. */
    private int oomScore(Pod pod, long memoryRequest) {
        return switch (pod.status().qosClass()) {
            case "Guaranteed" -> GUARANTEED_OOM_SCORE;
            case "Burstable" -> {
                long share = 1000 - 1000 * memoryRequest / Math.max(1, node.memoryBytes());
                yield Math.clamp(share, 3, BEST_EFFORT_OOM_SCORE - 1);
            }
            default -> BEST_EFFORT_OOM_SCORE;
        };
    }

    private static long milli(@org.jspecify.annotations.Nullable Quantity quantity) {
        return quantity == null ? 0 : quantity.milliValue();
    }

    private static long bytes(@org.jspecify.annotations.Nullable Quantity quantity) {
        return quantity == null ? 0 : quantity.value();
    }
}
