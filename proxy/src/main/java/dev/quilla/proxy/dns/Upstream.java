package dev.quilla.proxy.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's own name servers. A query goes to one after the other until one answers, over the
 * transport by which it came, under an id and from a port that nobody can guess. Thread-safe.
 */
final class Upstream {

    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    /** For each of three servers: together less than the five seconds that clients wait. */
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private static final int SERVERS_MAX = 3;
    private static final int PORT = 53;
    private static final int MESSAGE_BYTES_MAX = 65_535;
    private static final int ID_BYTES = 2;
    private static final int HEAD_BYTES = 12;

    private final Supplier<List<InetSocketAddress>> servers;
    private final SecureRandom random = new SecureRandom();

    /**
     * Asks some servers.
     *
     * @param servers asked for each query; only the first three count
     */
    Upstream(Supplier<List<InetSocketAddress>> servers) {
        this.servers = servers;
    }

    /** The servers that {@code /etc/resolv.conf} names, as it is at any time. */
    static Upstream ofMachine() {
        return new Upstream(Upstream::configured);
    }

    private static List<InetSocketAddress> configured() {
        try {
            return parse(Files.readAllLines(RESOLV_CONF));
        } catch (IOException e) {
            LOG.debug("no name servers: {}", e.getMessage());
            return List.of();
        }
    }

    static List<InetSocketAddress> parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 1 && words[0].equals("nameserver")) {
                try {
                    servers.add(new InetSocketAddress(InetAddress.ofLiteral(words[1]), PORT));
                } catch (IllegalArgumentException e) {
                    LOG.debug("not a name server: {}", line);
                }
            }
        }
        return servers;
    }

    /** The answer as it came, but under the query's own id; empty if nobody answers in time. */
    Optional<byte[]> ask(byte[] query, boolean stream) {
        byte[] sent = query.clone();
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        System.arraycopy(id, 0, sent, 0, ID_BYTES);
        for (InetSocketAddress server : servers.get().stream().limit(SERVERS_MAX).toList()) {
            try {
                byte[] answer = stream ? askByStream(server, sent) : askByDatagram(server, sent);
                System.arraycopy(query, 0, answer, 0, ID_BYTES);
                return Optional.of(answer);
            } catch (IOException e) {
                LOG.debug("name server {} does not answer: {}", server, e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static byte[] askByDatagram(InetSocketAddress server, byte[] sent) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(sent, sent.length));
            byte[] buffer = new byte[MESSAGE_BYTES_MAX];
            while (true) {
                long rest = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (rest <= 0) {
                    throw new IOException("no answer within " + PATIENCE);
                }
                socket.setSoTimeout((int) rest);
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                if (answers(sent, buffer, packet.getLength())) {
                    return Arrays.copyOf(buffer, packet.getLength());
                }
            }
        }
    }

    private static byte[] askByStream(InetSocketAddress server, byte[] sent) throws IOException {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(server, (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(
                    ByteBuffer.allocate(ID_BYTES + sent.length)
                            .putShort((short) sent.length)
                            .put(sent)
                            .array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = in.readNBytes(in.readUnsignedShort());
            if (!answers(sent, answer, answer.length)) {
                throw new IOException("it answers something else");
            }
            return answer;
        }
    }

    private static boolean answers(byte[] sent, byte[] received, int length) {
        return length >= HEAD_BYTES
                && Arrays.equals(sent, 0, ID_BYTES, received, 0, ID_BYTES)
                && (received[ID_BYTES] & 0x80) != 0;
    }
}
