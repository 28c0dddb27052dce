package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UdpRelaysTest {

    private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
    private static final int PATIENCE_MILLIS = 10_000;

    /** Answers each datagram with its name. */
    private static DatagramSocket server(String name) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOCAL, 0));
        Thread.ofVirtual()
                .start(() -> {
                    byte[] said = name.getBytes(StandardCharsets.UTF_8);
                    while (!socket.isClosed()) {
                        try {
                            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                            socket.receive(packet);
                            packet.setData(said);
                            socket.send(packet);
                        } catch (IOException _) {
                            // The test's end.
                        }
                    }
                });
        return socket;
    }

    private final AtomicLong nanos = new AtomicLong();

    private static Backend backend(DatagramSocket server) {
        return new Backend("127.0.0.1", server.getLocalPort(), true);
    }

    private static Optional<String> ask(DatagramSocket client, DatagramChannel relay)
            throws IOException {
        InetSocketAddress to = (InetSocketAddress) relay.getLocalAddress();
        return Net.ask(client, "127.0.0.1", to.getPort(), PATIENCE_MILLIS);
    }

    @Test
    void aFlowStaysWithItsBackendUntilThatIsGone() throws IOException {
        try (UdpRelays relays = UdpRelays.open(nanos::get);
                DatagramSocket one = server("one");
                DatagramSocket two = server("two");
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(LOCAL, 0))) {
            Balancer balancer =
                    new Balancer(
                            Answers.of(List.of(backend(one), backend(two))), c -> true, nanos::get);
            try (DatagramChannel relay = relays.listen(new InetSocketAddress(LOCAL, 0), balancer)) {
                Optional<String> first = ask(client, relay);
                for (int i = 0; i < 5; i++) {
                    assertEquals(first, ask(client, relay));
                }
                DatagramSocket other = first.equals(Optional.of("one")) ? two : one;
                balancer.update(Answers.of(List.of(backend(other))));
                assertEquals(Optional.of(other.equals(one) ? "one" : "two"), ask(client, relay));
            }
        }
    }

    @Test
    void aFlowEndsWhenNothingHasPassedForAWhile() throws Exception {
        try (UdpRelays relays = UdpRelays.open(nanos::get);
                DatagramSocket server = new DatagramSocket(new InetSocketAddress(LOCAL, 0));
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(LOCAL, 0));
                DatagramChannel relay =
                        relays.listen(
                                new InetSocketAddress(LOCAL, 0),
                                new Balancer(
                                        Answers.of(List.of(backend(server))),
                                        c -> true,
                                        nanos::get))) {
            server.setSoTimeout(PATIENCE_MILLIS);
            int first = sender(client, relay, server);
            assertEquals(first, sender(client, relay, server));
            nanos.addAndGet(UdpRelays.IDLE.toNanos() + 1);
            Net.waitFor(() -> relays.flows() == 0);
            sender(client, relay, server);
            assertEquals(1, relays.flows());
        }
    }

    /** The port from which the server sees a datagram of the client come. */
    private static int sender(DatagramSocket client, DatagramChannel relay, DatagramSocket server)
            throws IOException {
        client.send(new DatagramPacket(new byte[1], 1, relay.getLocalAddress()));
        DatagramPacket packet = new DatagramPacket(new byte[1], 1);
        server.receive(packet);
        return packet.getPort();
    }

    @Test
    void aClientOfABackendThatRefusesIsLedElsewhere() throws IOException {
        Backend dead;
        try (DatagramSocket closed = new DatagramSocket(new InetSocketAddress(LOCAL, 0))) {
            dead = backend(closed);
        }
        try (UdpRelays relays = UdpRelays.open(nanos::get);
                DatagramSocket alive = server("alive");
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(LOCAL, 0));
                DatagramChannel relay =
                        relays.listen(
                                new InetSocketAddress(LOCAL, 0),
                                new Balancer(
                                        Answers.of(List.of(dead, backend(alive))),
                                        c -> true,
                                        nanos::get))) {
            InetSocketAddress to = (InetSocketAddress) relay.getLocalAddress();
            Optional<String> answer = Optional.empty();
            for (int i = 0; i < 20 && answer.isEmpty(); i++) {
                answer = Net.ask(client, "127.0.0.1", to.getPort(), 500);
            }
            assertEquals(Optional.of("alive"), answer);
        }
    }
}
