package dev.quilla.store.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for members that come and go. They are below those that the kernel gives to connections: a
 * connection of another member could take one of those while its member is away.
 */
final class Ports {

    private static final int FIRST = 10_000;
    private static final int END = 32_000;

    private Ports() {}

    static int free() throws IOException {
        return free(1).getFirst();
    }

    /** So many, all different. */
    static List<Integer> free(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            while (held.size() < count) {
                int port = ThreadLocalRandom.current().nextInt(FIRST, END);
                try {
                    held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (IOException e) {
                    // It is taken: another one.
                    continue;
                }
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
