package dev.quilla.proxy.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers pods' questions for names, over UDP. What is not the cluster's is passed on to the
 * machine's own name server, by a bounded number of virtual threads.
 */
public final class DnsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int PACKET_BYTES_MAX = 4096;
    private static final int FORWARDED_MAX = 256;
    private static final int FORWARD_MILLIS = 2_000;
    private static final int DNS_PORT = 53;
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final DatagramSocket socket;
    private final Supplier<ClusterNames> names;
    private final Semaphore places = new Semaphore(FORWARDED_MAX);

    private DnsServer(DatagramSocket socket, Supplier<ClusterNames> names) {
        this.socket = socket;
        this.names = names;
    }

    /**
     * Listens on a free port of an address.
     *
     * @param names asked for each question; must be quick
     */
    public static DnsServer listen(InetAddress address, Supplier<ClusterNames> names)
            throws IOException {
        DnsServer server =
                new DnsServer(new DatagramSocket(new InetSocketAddress(address, 0)), names);
        Thread.ofVirtual().name("dns").start(server::serve);
        return server;
    }

    /** The port it got. */
    public int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        byte[] buffer = new byte[PACKET_BYTES_MAX];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                Optional<DnsMessage> query = DnsMessage.query(packet.getData(), packet.getLength());
                if (query.isPresent()) {
                    answer(query.get(), packet);
                }
            } catch (IOException e) {
                LOG.debug("a question for a name is lost: {}", e.getMessage());
            }
        }
    }

    private void answer(DnsMessage query, DatagramPacket packet) throws IOException {
        ClusterNames known = names.get();
        if (known.owns(query.name())) {
            send(query.answer(known.find(query.name())), packet.getSocketAddress());
            return;
        }
        byte[] bytes = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        SocketAddress client = packet.getSocketAddress();
        if (!places.tryAcquire()) {
            send(query.failure(), client);
            return;
        }
        Thread.ofVirtual().name("dns forward").start(() -> forward(query, bytes, client));
    }

    private void forward(DnsMessage query, byte[] bytes, SocketAddress client) {
        try {
            send(asked(bytes).orElseGet(query::failure), client);
        } catch (IOException e) {
            LOG.debug("can't answer for {}: {}", query.name(), e.getMessage());
        } finally {
            places.release();
        }
    }

    private static Optional<byte[]> asked(byte[] bytes) throws IOException {
        for (String server : servers()) {
            try (DatagramSocket upstream = new DatagramSocket()) {
                upstream.setSoTimeout(FORWARD_MILLIS);
                upstream.connect(InetAddress.ofLiteral(server), DNS_PORT);
                upstream.send(new DatagramPacket(bytes, bytes.length));
                DatagramPacket answer =
                        new DatagramPacket(new byte[PACKET_BYTES_MAX], PACKET_BYTES_MAX);
                upstream.receive(answer);
                return Optional.of(java.util.Arrays.copyOf(answer.getData(), answer.getLength()));
            } catch (IOException e) {
                LOG.debug("name server {} does not answer: {}", server, e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static List<String> servers() throws IOException {
        if (!Files.isReadable(RESOLV_CONF)) {
            return List.of();
        }
        return Files.readAllLines(RESOLV_CONF).stream()
                .map(l -> l.strip().split("\\s+"))
                .filter(w -> w.length > 1 && w[0].equals("nameserver"))
                .map(w -> w[1])
                .toList();
    }

    private void send(byte[] answer, SocketAddress client) throws IOException {
        socket.send(new DatagramPacket(answer, answer.length, client));
    }

    @Override
    public void close() {
        socket.close();
    }
}
