package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.ServiceTable.Backend;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpRelayTest {

    @Test
    void passesOverABackendThatDoesNotAnswer() throws Exception {
        int dead;
        try (ServerSocket closed = new ServerSocket(0)) {
            dead = closed.getLocalPort();
        }
        int free;
        try (ServerSocket probe = new ServerSocket(0)) {
            free = probe.getLocalPort();
        }
        try (ServerSocket alive = new ServerSocket(0);
                TcpRelay relay =
                        TcpRelay.listen(
                                new InetSocketAddress("127.0.0.1", free),
                                List.of(
                                        new Backend("127.0.0.1", dead, true),
                                        new Backend("127.0.0.1", alive.getLocalPort(), true)))) {
            Thread server =
                    Thread.startVirtualThread(() -> {
                        try (Socket s = alive.accept()) {
                            byte[] question = s.getInputStream().readAllBytes();
                            s.getOutputStream().write(question);
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            try (Socket client = new Socket("127.0.0.1", free)) {
                client.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                client.shutdownOutput();
                assertEquals(
                        "hello",
                        new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            server.join();
            relay.update(List.of());
        }
    }
}
