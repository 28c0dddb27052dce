package dev.quilla.kubelet.pods;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.kubelet.network.HostPort;
import dev.quilla.kubelet.network.PodNetwork;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.SandboxSpec;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Sysctl;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A pod's surroundings: its namespaces and its place in the network. */
final class PodSandbox {

    private final ContainerRuntime runtime;
    private final PodNetwork network;
    private final NodeFacts node;
    private final EventRecorder events;

    PodSandbox(ContainerRuntime runtime, PodNetwork network, NodeFacts node, EventRecorder events) {
        this.runtime = runtime;
        this.network = network;
        this.node = node;
        this.events = events;
    }

    static PodKey key(Pod pod) {
        return new PodKey(pod.uid(), pod.namespace(), pod.name());
    }

    /** The pod's address, as far as it has one: the runtime isn't asked. */
    String address(Pod pod) {
        if (pod.spec().hostNetwork()) {
            return node.address();
        }
        var known = network.addresses().get(pod.uid());
        return known == null ? "" : known.text();
    }

    /**
     * Makes a sandbox that is to be connected; what was there before is ended.
     *
     * @throws ContainerRuntimeException if the runtime refuses
     */
    SandboxId make(Pod pod, PodState actual) throws IOException {
        for (Sandbox old : actual.sandboxes()) {
            if (old.state() == Sandbox.State.STOPPED) {
                runtime.stopSandbox(old.id());
            }
        }
        int attempt = actual.nextSandboxAttempt();
        if (attempt > 0) {
            events.record(
                    pod,
                    EventType.NORMAL,
                    "SandboxChanged",
                    "Pod sandbox changed, it will be killed and re-created.");
        }
        SandboxId id = runtime.createSandbox(spec(pod, attempt));
        runtime.startSandbox(id);
        actual.sandboxes().stream()
                .filter(s -> s.attempt() < attempt - 1)
                .forEach(s -> runtime.removeSandbox(s.id()));
        return id;
    }

    /** Gives a sandbox its address and the files that name it. Doing it again does no harm. */
    void connect(Pod pod, SandboxId id) throws IOException {
        if (!pod.spec().hostNetwork()) {
            try {
                network.attach(key(pod), runtime.networkNamespace(id));
                network.publish(key(pod), hostPorts(pod));
            } catch (IOException e) {
                throw new ContainerRuntimeException(
                        Reason.NETWORK, "no network for the pod: " + e.getMessage(), e);
            }
            runtime.writeHosts(id, PodFiles.hosts(pod, address(pod), node));
        }
    }

    private static List<HostPort> hostPorts(Pod pod) {
        return Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .flatMap(c -> c.ports().stream())
                .filter(p -> p.hostPort() > 0)
                .map(p ->
                        new HostPort(
                                p.protocol().equals("UDP") ? "udp" : "tcp",
                                p.hostPort(),
                                p.containerPort()))
                .distinct()
                .toList();
    }

    private SandboxSpec spec(Pod pod, int attempt) throws IOException {
        Map<String, String> sysctls =
                pod.spec().securityContext().sysctls().stream()
                        .collect(Collectors.toMap(Sysctl::name, Sysctl::value, (a, b) -> b));
        return new SandboxSpec(
                key(pod),
                attempt,
                PodFiles.hostname(pod),
                pod.spec().hostNetwork() || !network.isolates(),
                pod.spec().hostPID(),
                pod.spec().hostIPC(),
                pod.spec().shareProcessNamespace(),
                PodFiles.resolvConf(pod, node),
                sysctls,
                Resources.UNLIMITED,
                Map.of());
    }

    /** Ends and removes all that is left of a pod, its address included. */
    void remove(PodKey pod, PodState actual) throws IOException {
        for (Sandbox sandbox : actual.sandboxes()) {
            runtime.stopSandbox(sandbox.id());
        }
        network.detach(pod);
        for (Sandbox sandbox : actual.sandboxes()) {
            runtime.removeSandbox(sandbox.id());
        }
        // Containers whose sandbox went away by itself.
        actual.containers().values().forEach(all -> all.forEach(c -> runtime.remove(c.id())));
    }

    /** Ends the sandbox of a pod that is over; its containers and their logs stay. */
    void rest(Pod pod, PodState actual) throws IOException {
        for (Sandbox sandbox : actual.sandboxes()) {
            if (sandbox.state() == Sandbox.State.READY) {
                runtime.stopSandbox(sandbox.id());
            }
        }
        network.detach(key(pod));
    }
}
