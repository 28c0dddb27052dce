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

    private static final InetAddress LOCAL = Servers.LOCAL;
    private static final int PATIENCE_MILLIS = 10_000;

    private final Servers servers = new Servers();
    private final List<Closeable> open = new ArrayList<>(List.of(servers));
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void close() throws IOException {
        for (Closeable each : open) {
            each.close();
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
        assertEquals("hello", ask(relay(servers.echo()), "hello"));
    }

    @Test
    void passesOverABackendThatRefuses() throws IOException {
        TcpRelay relay = relay(Servers.refusing(), servers.echo());
        for (int i = 0; i < 4; i++) {
            assertEquals("hello", ask(relay, "hello"));
        }
    }

    @Test
    void passesOverABackendThatIsSilentAndWaitsForItOnce() throws IOException {
        TcpRelay relay = relay(servers.silent(), servers.echo());
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
        Backend dead = Servers.refusing();
        TcpRelay relay = relay(dead, Servers.refusing());
        assertThrows(SocketException.class, () -> ask(relay, "hello"));
        Backend back = servers.echo(dead.port());
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
