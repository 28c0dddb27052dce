package dev.quilla.kubelet;

import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.streaming.PodPorts;
import dev.quilla.model.core.v1.Pod;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;

/** The ports of a pod of this node, dialled from inside its sandbox. */
record SandboxPorts(Pod pod, SandboxId sandbox, ContainerRuntime runtime) implements PodPorts {

    @Override
    public SocketChannel dial(int port) throws IOException {
        String address = pod.status().podIP();
        if (address.isEmpty()) {
            throw new ConnectException("the pod has no address yet");
        }
        if (!pod.spec().hostNetwork()) {
            return dial(address, port);
        }
        // A pod in the host's network listens where the host does.
        try {
            return dial("127.0.0.1", port);
        } catch (ConnectException e) {
            return dial(address, port);
        }
    }

    private SocketChannel dial(String address, int port) throws IOException {
        try {
            return runtime.dial(sandbox, InetAddress.ofLiteral(address), port);
        } catch (ConnectException e) {
            throw new ConnectException("connection refused: nothing in the pod listens there");
        } catch (SocketException e) {
            throw new ConnectException(e.getMessage());
        }
    }

    @Override
    public String name() {
        return pod.name();
    }
}
