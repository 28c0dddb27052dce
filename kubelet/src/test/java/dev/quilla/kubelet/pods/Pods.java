package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.Inventory;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pods and what a runtime would find of them. */
final class Pods {

    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final SandboxId HERE = new SandboxId("box-0");
    private static final PodKey KEY = new PodKey("uid-1", "shop", "web");

    private Pods() {}

    static Container container(String name) {
        return Container.builder().name(name).image("img:1").build();
    }

    static Container sidecar(String name) {
        return container(name).toBuilder().restartPolicy("Always").build();
    }

    static Pod pod(String restartPolicy, List<Container> inits, List<Container> containers) {
        return Pod.builder()
                .metadata(m -> m.namespace("shop").name("web").uid("uid-1").generation(3L))
                .spec(s ->
                        s.restartPolicy(restartPolicy).initContainers(inits).containers(containers))
                .build();
    }

    static RunState running() {
        return new RunState.Running(NOW.minusSeconds(60), 42);
    }

    static RunState exited(int code) {
        return new RunState.Exited(
                code,
                code == 0 ? RunState.Exited.COMPLETED : RunState.Exited.ERROR,
                "",
                NOW.minusSeconds(60),
                NOW.minusSeconds(5));
    }

    static RuntimeContainer found(String name, int attempt, RunState state) {
        return new RuntimeContainer(
                new ContainerId(name + "-" + attempt),
                HERE,
                KEY,
                name,
                attempt,
                "img:1",
                "sha256:1",
                state,
                Map.of());
    }

    /** A ready sandbox with these containers in it. */
    static PodState state(RuntimeContainer... containers) {
        List<RuntimeContainer> all = new ArrayList<>(List.of(containers));
        Sandbox sandbox = new Sandbox(HERE, KEY, 0, Sandbox.State.READY, NOW, Map.of());
        return PodState.of(new Inventory(List.of(sandbox), all));
    }

    static ContainerSpecs specs() {
        return new ContainerSpecs(
                new NodeFacts(
                        "n", "192.168.0.1", List.of(), "cluster.local", 1L << 32, true, true));
    }
}
