package dev.quilla.proxy.dns;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers pods' questions for names, over UDP and TCP. Each question has a virtual thread; of
 * questions and of connections there is a bounded number, and what is too much is dropped, which a
 * client takes for a lost packet. Strangers are not answered, so that nobody is flooded through us.
 */
public final class DnsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int QUESTIONS_MAX = 1_024;
    private static final int CONNECTIONS_MAX = 256;
    private static final int DATAGRAM_BYTES_MAX = 4_096;
    private static final int BACKLOG = 256;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration BREATH = Duration.ofMillis(100);

    private final DatagramSocket datagrams;
    private final ServerSocket streams;
    private final DnsAnswers answers;
    private final Predicate<InetAddress> clients;
    private final Semaphore questions = new Semaphore(QUESTIONS_MAX);
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private DnsServer(
            DatagramSocket datagrams,
            ServerSocket streams,
            DnsAnswers answers,
            Predicate<InetAddress> clients) {
        this.datagrams = datagrams;
        this.streams = streams;
        this.answers = answers;
        this.clients = clients;
    }

    /**
     * Listens on free ports of an address; names that are not the cluster's are asked for at the
     * machine's name servers.
     *
     * @param zone asked for each question; must be quick
     * @param clients who is answered
     */
    public static DnsServer listen(
            InetAddress address, Supplier<ClusterZone> zone, Predicate<InetAddress> clients)
            throws IOException {
        return listen(address, new DnsAnswers(zone, Upstream.ofMachine()), clients);
    }

    static DnsServer listen(InetAddress address, DnsAnswers answers, Predicate<InetAddress> clients)
            throws IOException {
        DatagramSocket datagrams = new DatagramSocket(new InetSocketAddress(address, 0));
        try {
            DnsServer server =
                    new DnsServer(
                            datagrams, new ServerSocket(0, BACKLOG, address), answers, clients);
            Thread.ofVirtual().name("dns-udp").start(server::serveDatagrams);
            Thread.ofVirtual().name("dns-tcp").start(server::serveStreams);
            return server;
        } catch (IOException e) {
            datagrams.close();
            throw e;
        }
    }

    /** Where it answers over UDP. */
    public int udpPort() {
        return datagrams.getLocalPort();
    }

    /** Where it answers over TCP. */
    public int tcpPort() {
        return streams.getLocalPort();
    }

    private void serveDatagrams() {
        byte[] buffer = new byte[DATAGRAM_BYTES_MAX];
        while (!datagrams.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                datagrams.receive(packet);
                if (clients.test(packet.getAddress()) && questions.tryAcquire()) {
                    byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
                    SocketAddress client = packet.getSocketAddress();
                    Thread.ofVirtual().name("dns-question").start(() -> answer(bytes, client));
                }
            } catch (IOException e) {
                LOG.debug("a question for a name is lost: {}", e.getMessage());
            }
        }
    }

    private void answer(byte[] bytes, SocketAddress client) {
        try {
            Optional<byte[]> answer = answers.answer(bytes, false);
            if (answer.isPresent()) {
                datagrams.send(new DatagramPacket(answer.get(), answer.get().length, client));
            }
        } catch (IOException e) {
            LOG.debug("an answer to {} is lost: {}", client, e.getMessage());
        } finally {
            questions.release();
        }
    }

    private void serveStreams() {
        while (!streams.isClosed()) {
            try {
                Socket client = streams.accept();
                if (clients.test(client.getInetAddress()) && connections.tryAcquire()) {
                    Thread.ofVirtual().name("dns-connection").start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                if (!streams.isClosed()) {
                    LOG.warn("DNS over TCP: {}", e.getMessage());
                    // No descriptor is left, most likely: it would come again at once.
                    LockSupport.parkNanos(BREATH.toNanos());
                }
            }
        }
    }

    /** One question after the other, until the client has no more or is silent for too long. */
    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout((int) IDLE.toMillis());
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            while (true) {
                byte[] bytes = new byte[in.readUnsignedShort()];
                in.readFully(bytes);
                Optional<byte[]> answer = answers.answer(bytes, true);
                if (answer.isEmpty()) {
                    return;
                }
                out.write(
                        ByteBuffer.allocate(Short.BYTES + answer.get().length)
                                .putShort((short) answer.get().length)
                                .put(answer.get())
                                .array());
            }
        } catch (EOFException _) {
            LOG.trace("a client has no more questions");
        } catch (IOException e) {
            LOG.debug("a client of DNS over TCP is gone: {}", e.getMessage());
        } finally {
            connections.release();
        }
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            streams.close();
        } catch (IOException e) {
            LOG.warn("closing {}: {}", streams.getLocalSocketAddress(), e.getMessage());
        }
    }
}
