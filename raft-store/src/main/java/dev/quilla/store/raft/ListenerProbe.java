package dev.quilla.store.raft;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Finds out whether a process has ended whose machine still runs. */
final class ListenerProbe {

    /** How long an answer may take, and how long one must stay silent to count as alive. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private static final int ATTEMPTS = 5;

    private ListenerProbe() {}

    /**
     * Whether the machine answers that nobody listens there; silence proves nothing. While a
     * process ends, its connections may be closed before its port: one that is accepted and then
     * closed is tried again.
     *
     * @param address host and port
     */
    static boolean isGone(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        InetSocketAddress where =
                new InetSocketAddress(
                        address.substring(0, colon),
                        Integer.parseInt(address.substring(colon + 1)));
        for (int i = 0; i < ATTEMPTS; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(where, (int) PATIENCE.toMillis());
                socket.setSoTimeout((int) PATIENCE.toMillis());
                if (socket.getInputStream().read() >= 0) {
                    return false;
                }
            } catch (SocketTimeoutException e) {
                return false;
            } catch (ConnectException e) {
                return true;
            } catch (SocketException e) {
                // It was reset: the process ends just now.
                continue;
            }
        }
        return false;
    }
}
