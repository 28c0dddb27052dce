package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpRelayTest {

    private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
    private static final int PATIENCE_MILLIS = 10_000;

    private final List<Closeable> open = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void close() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
    }

    private Backend echo() throws IOException {
        return echo(0);
    }

    private Backend echo(int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, LOCAL);
        open.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try (Socket client = server.accept()) {
                            byte[] question = client.getInputStream().readAllBytes();
                            client.getOutputStream().write(question);
                        } catch (IOException _) {
                            // The test's end.
                        }
                    }
                });
        return new Backend("127.0.0.1", server.getLocalPort(), true);
    }

    private static Backend refusing() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, LOCAL)) {
            return new Backend("127.0.0.1", closed.getLocalPort(), true);
        }
    }

    /** Listens, but its queue is full: the kernel answers nothing. */
    private Backend silent() throws IOException {
        ServerSocket full = new ServerSocket(0, 1, LOCAL);
        open.add(full);
        try {
            while (true) {
                Socket waiting = new Socket();
                open.add(waiting);
                waiting.connect(full.getLocalSocketAddress(), 200);
            }
        } catch (SocketTimeoutException _) {
            return new Backend("127.0.0.1", full.getLocalPort(), true);
        }
    }

    private TcpRelay relay(Backend... backends) throws IOException {
        TcpRelay relay =
                TcpRelay.listen(
                        new InetSocketAddress(LOCAL, 0),
                        new Balancer(Answers.of(List.of(backends)), c -> true, nanos::get));
        open.add(relay::close);
        return relay;
    }

    private static String ask(TcpRelay relay, String question) throws IOException {
        try (Socket client = new Socket(LOCAL, relay.port())) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void passesOnTheEndOfEachDirection() throws IOException {
        assertEquals("hello", ask(relay(echo()), "hello"));
    }

    @Test
    void passesOverABackendThatRefuses() throws IOException {
        TcpRelay relay = relay(refusing(), echo());
        for (int i = 0; i < 4; i++) {
            assertEquals("hello", ask(relay, "hello"));
        }
    }

    @Test
    void passesOverABackendThatIsSilentAndWaitsForItOnce() throws IOException {
        TcpRelay relay = relay(silent(), echo());
        assertEquals("hello", ask(relay, "hello"));
        long before = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertEquals("hello", ask(relay, "hello"));
        }
        // Each wait would be a second.
        assertTrue(System.nanoTime() - before < Duration.ofSeconds(5).toNanos());
    }

    @Test
    void aBackendThatIsBackGetsConnectionsAgain() throws IOException {
        Backend dead = refusing();
        TcpRelay relay = relay(dead, refusing());
        assertThrows(SocketException.class, () -> ask(relay, "hello"));
        Backend back = echo(dead.port());
        assertEquals(dead, back);
        assertEquals("hello", ask(relay, "hello"), "the last resort is asked at once");
    }

    @Test
    void aClientThatNobodyAnswersIsReset() throws IOException {
        TcpRelay relay = relay();
        assertThrows(SocketException.class, () -> ask(relay, "hello"));
    }

    @Test
    void aBackendsResetReachesTheClient() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOCAL)) {
            TcpRelay relay = relay(new Backend("127.0.0.1", server.getLocalPort(), true));
            try (Socket client = new Socket(LOCAL, relay.port())) {
                client.setSoTimeout(PATIENCE_MILLIS);
                Socket accepted = server.accept();
                accepted.setSoLinger(true, 0);
                accepted.close();
                assertThrows(SocketException.class, () -> client.getInputStream().read());
            }
        }
    }
}
