package dev.quilla.kubelet.network;

import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PodKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods on addresses of the machine's own loopback, for a user without privilege. The kernel has all
 * of 127/8 already, so an address only has to be chosen; nothing keeps a program from using
 * another's.
 */
public final class LoopbackNetwork implements PodNetwork {

    private final Allocations allocations;

    private LoopbackNetwork(Allocations allocations) {
        this.allocations = allocations;
    }

    /**
     * Opens the node's part of the network.
     *
     * @param podCidr this node's range, of 127/8
     * @param directory where allocations are kept
     */
    public static LoopbackNetwork open(Cidr podCidr, Path directory) throws IOException {
        return new LoopbackNetwork(Allocations.open(podCidr, directory));
    }

    @Override
    public boolean isolates() {
        return false;
    }

    @Override
    public void start() {
        // The kernel has made everything.
    }

    @Override
    public PodAddress attach(PodKey pod, NetworkNamespace namespace) throws IOException {
        return new PodAddress(allocations.allocate(pod));
    }

    @Override
    public void publish(PodKey pod, List<HostPort> ports) {
        // The machine's ports are the pods' own.
    }

    @Override
    public void detach(PodKey pod) throws IOException {
        allocations.release(pod.uid());
    }

    @Override
    public Optional<String> check(PodKey pod, NetworkNamespace namespace) {
        return allocations.find(pod.uid()).isPresent()
                ? Optional.empty()
                : Optional.of("the pod has no address");
    }

    @Override
    public Map<String, PodAddress> addresses() {
        return allocations.all();
    }

    @Override
    public void peers(Collection<PeerRoute> peers) {
        // Loopback addresses don't leave the machine.
    }

    @Override
    public void removeAll() throws IOException {
        allocations.clear();
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
