package dev.quilla.kubelet;

import dev.quilla.kubelet.network.PodNetwork;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import java.io.IOException;

/**
 * What a kubelet finds on its machine.
 *
 * @param runtime runs containers; the kubelet closes it
 * @param network opens the pods' network once the node's range is known
 * @param mounts whether containers can be given files and directories of the machine
 * @param root whether the kubelet may mount file systems and give files away
 */
public record Machine(
        ContainerRuntime runtime, NetworkOpener network, boolean mounts, boolean root) {

    /** Opens the pods' network. */
    @FunctionalInterface
    public interface NetworkOpener {

        /**
         * Opens it; the kubelet starts and closes it.
         *
         * @param podCidr the node's range of pod addresses
         * @throws IOException if the machine can't have such a network
         */
        PodNetwork open(String podCidr) throws IOException;
    }
}
