package dev.quilla.kubelet.streaming;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The ports of a pod, as they are seen from inside it; or those of the node. */
public interface PodPorts {

    /**
     * Connects to a program of the pod.
     *
     * @throws IOException if nothing listens there
     */
    SocketChannel dial(int port) throws IOException;

    /** How errors name the pod. */
    String name();
}
