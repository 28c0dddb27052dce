package dev.quilla.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A small world in the network namespace of this process: a node with pods' addresses on it, and a
 * machine outside at 198.51.100.2 that reaches the node at 198.51.100.1. Servers answer with their
 * name and the address of their client.
 */
final class Net implements AutoCloseable {

    static final String NODE = "198.51.100.1";
    static final String OUTSIDE = "198.51.100.2";

    private static final int PATIENCE_MILLIS = 2_000;
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final List<Closeable> open = new ArrayList<>();
    private final Process outside;

    Net(String... podAddresses) throws IOException, InterruptedException {
        sh("ip link set lo up");
        for (String address : podAddresses) {
            sh("ip addr add " + address + "/32 dev lo");
        }
        outside = new ProcessBuilder("unshare", "--net", "--", "sleep", "300").start();
        waitFor(() -> {
            try {
                return !java.nio.file.Files.readSymbolicLink(
                                java.nio.file.Path.of("/proc/" + outside.pid() + "/ns/net"))
                        .equals(
                                java.nio.file.Files.readSymbolicLink(
                                        java.nio.file.Path.of("/proc/self/ns/net")));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        sh("ip link add out0 type veth peer name eth0 netns " + outside.pid());
        sh("ip addr add " + NODE + "/24 dev out0 && ip link set out0 up");
        sh("ip route add default via " + OUTSIDE);
        sh("echo 1 > /proc/sys/net/ipv4/ip_forward");
        shOutside(
                "ip link set lo up && ip addr add "
                        + OUTSIDE
                        + "/24 dev eth0 && ip link set eth0 up && ip route add default via "
                        + NODE);
    }

    static String sh(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(command + ": " + said);
        }
        return said.strip();
    }

    /** Runs a command on the machine outside. */
    String shOutside(String command) throws IOException, InterruptedException {
        return sh("nsenter --net=/proc/" + outside.pid() + "/ns/net sh -c '" + command + "'");
    }

    /** What a server says to the machine outside. */
    String askFromOutside(String address, int port) throws IOException, InterruptedException {
        return shOutside(
                "timeout 5 bash -c \"exec 3<>/dev/tcp/%s/%d; cat <&3\"".formatted(address, port));
    }

    /** What a server says over TCP to a client with this address; empty if it can't be reached. */
    static Optional<String> ask(String from, String address, int port) {
        try (Socket socket = new Socket()) {
            if (!from.isEmpty()) {
                socket.bind(new InetSocketAddress(from, 0));
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            return Optional.of(
                            new String(
                                    socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .filter(said -> !said.isEmpty());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** What a server says over UDP; empty if it says nothing. */
    static Optional<String> ask(DatagramSocket from, String address, int port, int millis)
            throws IOException {
        from.setSoTimeout(millis);
        from.send(new DatagramPacket(new byte[1], 1, InetAddress.ofLiteral(address), port));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        try {
            from.receive(answer);
            return Optional.of(
                    new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
        } catch (SocketTimeoutException | java.net.PortUnreachableException _) {
            return Optional.empty();
        }
    }

    /** Serves TCP. */
    void serve(String name, String address, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.ofLiteral(address));
        open.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try (Socket client = server.accept()) {
                            String said = name + " " + client.getInetAddress().getHostAddress();
                            client.getOutputStream().write(said.getBytes(StandardCharsets.UTF_8));
                        } catch (IOException _) {
                            // The client's or the story's end.
                        }
                    }
                });
    }

    /** Serves UDP, until what is returned is closed. */
    DatagramSocket serveDatagrams(String name, String address, int port) throws IOException {
        DatagramSocket server = new DatagramSocket(new InetSocketAddress(address, port));
        open.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                        try {
                            server.receive(packet);
                            byte[] said = name.getBytes(StandardCharsets.UTF_8);
                            server.send(
                                    new DatagramPacket(
                                            said, said.length, packet.getSocketAddress()));
                        } catch (IOException _) {
                            // The story's end.
                        }
                    }
                });
        return server;
    }

    static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + WAIT);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
        outside.destroyForcibly();
    }
}
