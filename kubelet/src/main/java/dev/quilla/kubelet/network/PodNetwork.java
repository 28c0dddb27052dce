package dev.quilla.kubelet.network;

import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PodKey;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives each pod of this node an address and connects it. Allocations are in files: a network
 * opened after a restart knows every address given before. Thread-safe; calls block.
 */
public interface PodNetwork extends AutoCloseable {

    /** Whether each pod has a network namespace of its own; otherwise all share the machine's. */
    boolean isolates();

    /** Makes what all pods of the node need, and puts back what is missing. May be called again. */
    void start() throws IOException;

    /**
     * Gives the pod its address and connects its namespace. The same pod gets the same address
     * again, also with a new namespace. Pods in the host's network are not attached.
     *
     * @throws IOException if no address is free or the kernel refuses, with a message for the pod's
     *     events
     */
    PodAddress attach(PodKey pod, NetworkNamespace namespace) throws IOException;

    /**
     * Lets ports of the machine lead to an attached pod, instead of those that did before. Where
     * pods share the machine's network, its ports are theirs already.
     */
    void publish(PodKey pod, List<HostPort> ports) throws IOException;

    /** Takes the address back, and the ports. Unknown pods are no failure. */
    void detach(PodKey pod) throws IOException;

    /** What is wrong with a pod's connection; empty when all is well. */
    Optional<String> check(PodKey pod, NetworkNamespace namespace) throws IOException;

    /** The addresses that are given, by pod uid. */
    Map<String, PodAddress> addresses();

    /** Which pod addresses live on other machines; the whole list each time. */
    void peers(Collection<PeerRoute> peers) throws IOException;

    /** Removes everything that this network made on the machine, allocations included. */
    void removeAll() throws IOException;

    /** Lets go. Pods stay connected. */
    @Override
    void close();
}
