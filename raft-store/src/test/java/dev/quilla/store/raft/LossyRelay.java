package dev.quilla.store.raft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Another address of a member, on which all that is sent arrives, but what is answered on one of
 * the connections does not.
 */
final class LossyRelay implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getByName(HOST));
    private final int port;
    private final int lossy;
    private volatile boolean lost;

    /**
     * Listens.
     *
     * @param member host and port
     * @param lossy the number of the connection that loses answers; the first is 1
     */
    LossyRelay(String member, int lossy) throws IOException {
        this.port = Integer.parseInt(member.substring(member.lastIndexOf(':') + 1));
        this.lossy = lossy;
        Thread.startVirtualThread(this::accept);
    }

    String address() {
        return HOST + ":" + listening.getLocalPort();
    }

    /** Whether an answer was lost. */
    boolean hasLost() {
        return lost;
    }

    private void accept() {
        try {
            for (int number = 1; ; number++) {
                Socket from = listening.accept();
                Socket to = new Socket(HOST, port);
                boolean loses = number == lossy;
                Thread.startVirtualThread(() -> copy(from, to, false));
                Thread.startVirtualThread(() -> copy(to, from, loses));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** Until one side has ended; then both have. */
    private void copy(Socket from, Socket to, boolean loses) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (loses) {
                    lost = true;
                } else {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // The other direction has ended it.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
