package dev.quilla.kubelet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.client.http.Wire;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiException;
import dev.quilla.pki.Certificates;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master's connection to a program of the node. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DialTest {

    private static final ApiRequest REQUEST =
            ApiRequest.get("/api/v1/namespaces/default/pods/web/dial");

    @TempDir Path directory;
    private ServerSocket program;
    private PodServer server;
    private HttpsTransport master;

    @BeforeEach
    void start() throws IOException {
        program = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = new PodServer(directory, DialTest.this::serve);
        TlsMaterial trust = TlsMaterial.trusting(Certificates.load(server.authority()));
        URI uri = URI.create("https://127.0.0.1:" + server.port());
        master = new HttpsTransport(HttpsOptions.of(List.of(uri), trust));
    }

    private void serve(HttpExchange exchange) throws IOException {
        try {
            if (!Dial.serve(exchange, new Ports(), program.getLocalPort())) {
                exchange.respond(400, Headers.NONE, "ask for tcp".getBytes(UTF_8));
            }
        } catch (ConnectException e) {
            exchange.respond(502, Headers.NONE, String.valueOf(e.getMessage()).getBytes(UTF_8));
        }
    }

    private final class Ports implements PodPorts {
        @Override
        public SocketChannel dial(int port) throws IOException {
            return SocketChannel.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }

        @Override
        public String name() {
            return "web";
        }
    }

    @AfterEach
    void stop() throws IOException {
        master.close();
        server.close();
        program.close();
    }

    @Test
    void bytesAreCarriedBothWays() throws IOException {
        try (Wire wire = master.tunnel(REQUEST, "tcp");
                Socket accepted = program.accept()) {
            wire.socket().getOutputStream().write("hello".getBytes(UTF_8));
            assertEquals("hello", new String(accepted.getInputStream().readNBytes(5), UTF_8));
            accepted.getOutputStream().write("bye".getBytes(UTF_8));
            accepted.shutdownOutput();
            assertEquals("bye", new String(wire.socket().getInputStream().readAllBytes(), UTF_8));
        }
    }

    @Test
    void theProgramIsLeftWhenTheMasterLeaves() throws IOException {
        Wire wire = master.tunnel(REQUEST, "tcp");
        try (Socket accepted = program.accept()) {
            wire.close();
            assertEquals(-1, accepted.getInputStream().read());
        }
    }

    @Test
    void aPortOnWhichNothingListensIsRefused() throws IOException {
        program.close();
        ApiException refused =
                assertThrows(ApiException.class, () -> master.tunnel(REQUEST, "tcp"));
        assertEquals(502, refused.code());
    }

    @Test
    void anotherProtocolIsRefused() {
        ApiException refused =
                assertThrows(ApiException.class, () -> master.tunnel(REQUEST, "udp"));
        assertEquals("ask for tcp", refused.getMessage());
    }
}
