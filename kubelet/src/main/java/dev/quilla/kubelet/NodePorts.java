package dev.quilla.kubelet;

import dev.quilla.kubelet.streaming.PodPorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;

/** The ports of the node, at its own address. */
record NodePorts(String name, InetAddress address) implements PodPorts {

    @Override
    public SocketChannel dial(int port) throws IOException {
        try {
            return SocketChannel.open(new InetSocketAddress(address, port));
        } catch (ConnectException e) {
            throw new ConnectException("connection refused: nothing listens there");
        } catch (SocketException e) {
            throw new ConnectException(e.getMessage());
        }
    }
}
