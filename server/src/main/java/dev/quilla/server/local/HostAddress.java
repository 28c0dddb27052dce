package dev.quilla.server.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;

/** What this machine's network offers. */
final class HostAddress {

    /** An address reserved for documentation: asking for its route sends no packet. */
    private static final String ANYWHERE = "192.0.2.1";

    private HostAddress() {}

    /** The IPv4 address that this machine uses towards others, or loopback where it has none. */
    static String primary() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(ANYWHERE, 9));
            InetAddress local = socket.getLocalAddress();
            return local instanceof Inet4Address && !local.isAnyLocalAddress()
                    ? local.getHostAddress()
                    : "127.0.0.1";
        } catch (SocketException e) {
            return "127.0.0.1";
        } catch (UncheckedIOException e) {
            return "127.0.0.1";
        }
    }

    /**
     * Checks that a TCP port of the loopback address can be listened at.
     *
     * @throws LocalClusterException if it is taken
     */
    static void checkFree(int port) {
        if (!isFree("127.0.0.1", port)) {
            throw new LocalClusterException(
                    "port "
                            + port
                            + " on 127.0.0.1 is taken: stop what uses it, or choose another"
                            + " --base-port");
        }
    }

    /** Whether a TCP port is free on an address. */
    static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
