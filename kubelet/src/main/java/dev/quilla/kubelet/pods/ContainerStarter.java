package dev.quilla.kubelet.pods;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.Image;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.PullPolicy;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings one container to life: image, environment, mounts, start, hook. */
final class ContainerStarter {

    private final ContainerRuntime runtime;
    private final ContainerSpecs specs;
    private final PodMounts mounts;
    private final PullSecrets pullSecrets;
    private final Environment.Sources sources;
    private final NodeFacts node;
    private final boolean tellsAddress;
    private final EventRecorder events;

    /**
     * Starts containers of one node.
     *
     * @param tellsAddress pods share the machine's network, so programs must be told their address
     */
    ContainerStarter(
            ContainerRuntime runtime,
            PodMounts mounts,
            PullSecrets pullSecrets,
            Environment.Sources sources,
            NodeFacts node,
            boolean tellsAddress,
            EventRecorder events) {
        this.runtime = runtime;
        this.specs = new ContainerSpecs(node);
        this.mounts = mounts;
        this.pullSecrets = pullSecrets;
        this.sources = sources;
        this.node = node;
        this.tellsAddress = tellsAddress;
        this.events = events;
    }

    /**
     * Starts a container.
     *
     * @throws ContainerRuntimeException with the reason that its status shows as waiting
     */
    void start(Pod pod, SandboxId sandbox, Container container, int attempt, String address)
            throws IOException, InterruptedException {
        Image image = image(pod, container);
        ContainerSpec spec = spec(pod, container, attempt, image, address);
        ContainerId id = runtime.create(sandbox, spec);
        record(pod, EventType.NORMAL, "Created", "Container created: " + container.name());
        runtime.start(id);
        record(pod, EventType.NORMAL, "Started", "Container started: " + container.name());
        Optional<String> problem = Hooks.postStart(runtime, container, id, address);
        if (problem.isPresent()) {
            record(
                    pod,
                    EventType.WARNING,
                    "FailedPostStartHook",
                    "PostStartHook failed: " + problem.get());
            runtime.kill(id);
        }
    }

    private Image image(Pod pod, Container container) {
        PullPolicy policy = PullPolicy.of(container.imagePullPolicy());
        boolean here = policy != PullPolicy.ALWAYS && runtime.hasImage(container.image());
        if (!here && policy != PullPolicy.NEVER) {
            record(pod, EventType.NORMAL, "Pulling", "Pulling image \"" + container.image() + "\"");
        }
        Image image =
                runtime.ensureImage(
                        container.image(), policy, here ? List.of() : pullSecrets.of(pod));
        record(
                pod,
                EventType.NORMAL,
                "Pulled",
                here
                        ? "Container image \"%s\" already present on machine"
                                .formatted(container.image())
                        : "Successfully pulled image \"%s\"".formatted(container.image()));
        return image;
    }

    private ContainerSpec spec(
            Pod pod, Container container, int attempt, Image image, String address)
            throws IOException {
        Map<String, String> environment;
        try {
            environment =
                    new Environment(
                                    pod,
                                    address,
                                    node.address(),
                                    tellsAddress,
                                    sources,
                                    node.fields())
                            .of(container);
            mounts.variables(pod, container).forEach(environment::putIfAbsent);
        } catch (Environment.MissingException e) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG, String.valueOf(e.getMessage()), e);
        }
        List<Mount> all = mounts.of(pod, container, attempt, environment);
        return specs.of(pod, container, attempt, image, environment, all);
    }

    private void record(Pod pod, EventType type, String reason, String message) {
        events.record(pod, type, reason, message);
    }
}
