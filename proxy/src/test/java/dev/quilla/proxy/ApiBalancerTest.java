package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiBalancerTest {

    private static final int PATIENCE_MILLIS = 10_000;

    private static ApiBalancer balancer(Backend... masters) throws IOException {
        return ApiBalancer.listen(
                new InetSocketAddress(Servers.LOCAL, 0),
                Arrays.stream(masters)
                        .map(m -> URI.create("https://" + m.address() + ":" + m.port()))
                        .toList());
    }

    private static String ask(ApiBalancer balancer) throws IOException {
        try (Socket client = new Socket(Servers.LOCAL, balancer.port())) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void oneMasterOfThreeIsEnoughHoweverTheOthersAreDead() throws IOException {
        try (Servers servers = new Servers();
                ApiBalancer balancer =
                        balancer(Servers.refusing(), servers.silent(), servers.echo())) {
            assertEquals("hello", ask(balancer));
            long before = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertEquals("hello", ask(balancer));
            }
            // Nobody waits for the silent one again: that would be a second each.
            assertTrue(System.nanoTime() - before < Duration.ofSeconds(5).toNanos());
        }
    }

    @Test
    void aMasterThatIsBackIsUsedAgain() throws Exception {
        Backend first = Servers.refusing();
        try (Servers servers = new Servers()) {
            ServerSocket second = new ServerSocket(0, 50, Servers.LOCAL);
            try (ApiBalancer balancer =
                    balancer(first, new Backend("127.0.0.1", second.getLocalPort(), true))) {
                second.close();
                assertThrows(IOException.class, () -> ask(balancer));
                servers.echo(first.port());
                assertEquals("hello", ask(balancer));
            }
        }
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, Servers.LOCAL)) {
            InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
            IOException e =
                    assertThrows(
                            IOException.class,
                            () ->
                                    ApiBalancer.listen(
                                            address,
                                            java.util.List.of(URI.create("https://m1:6443"))));
            assertTrue(e.getMessage().contains("127.0.0.1:" + address.getPort()), e.getMessage());
        }
    }
}
