package dev.quilla.proxy;

import static dev.quilla.proxy.Tables.at;
import static dev.quilla.proxy.Tables.cluster;
import static dev.quilla.proxy.Tables.here;
import static dev.quilla.proxy.Tables.node;
import static dev.quilla.proxy.Tables.sticky;
import static dev.quilla.proxy.Tables.table;
import static dev.quilla.proxy.Tables.tcp;
import static dev.quilla.proxy.Tables.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With services on loopback addresses, as the loopback network has them. */
@Timeout(60)
class UserspaceProxyTest {

    private static final String SERVICE = "127.96.77.9";
    private static final String NODE = "127.0.0.1";

    private final List<AutoCloseable> open = new ArrayList<>();
    private NetworkProxy proxy;
    private int port;

    @BeforeEach
    void start() throws Exception {
        ProxyContext context =
                new ProxyContext("c", "n1", List.of(NODE), "127.96.0.0/12", "127.64.0.0/11", "");
        proxy = new UserspaceProxyFactory().create(context);
        open.add(proxy);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral(NODE))) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private void apply(ServiceTable table) throws Exception {
        proxy.apply(table, new ServiceChanges(Set.of(), Set.of()));
    }

    /** Says its name over TCP. */
    private Backend server(String name) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral(NODE));
        open.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try (Socket client = server.accept()) {
                            client.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
                        } catch (IOException _) {
                            // The test's end.
                        }
                    }
                });
        return here(NODE, server.getLocalPort());
    }

    private static Set<String> answering(String address, int port) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            names.add(Net.ask("", address, port).orElse("nobody"));
        }
        return names;
    }

    @Test
    void servesBothAddressesAndFollowsTheTable() throws Exception {
        Backend one = server("one");
        Backend two = server("two");
        apply(table("web", tcp(at(cluster(SERVICE, port), node(port)), one, two)));
        assertEquals(Set.of("one", "two"), answering(SERVICE, port));
        assertEquals(Set.of("one", "two"), answering(NODE, port));
        apply(table("web", tcp(at(cluster(SERVICE, port)), two)));
        assertEquals(Set.of("two"), answering(SERVICE, port));
        assertEquals(Set.of("nobody"), answering(NODE, port));
        apply(table("web", tcp(at(cluster(SERVICE, port)))));
        assertEquals(Set.of("nobody"), answering(SERVICE, port));
    }

    @Test
    void aClientStaysWithItsBackendWhereTheServiceWantsIt() throws Exception {
        Backend one = server("one");
        Backend two = server("two");
        apply(table("web", sticky(600, tcp(at(cluster(SERVICE, port)), one, two))));
        assertEquals(1, answering(SERVICE, port).size());
    }

    @Test
    void datagramsAndConnectionsShareAPort() throws Exception {
        try (DatagramSocket server = new DatagramSocket(new InetSocketAddress(NODE, 0));
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(NODE, 0))) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            var packet = new java.net.DatagramPacket(new byte[100], 100);
                            server.receive(packet);
                            packet.setData("udp".getBytes(StandardCharsets.UTF_8));
                            server.send(packet);
                        } catch (IOException _) {
                            // The test's end.
                        }
                    });
            apply(
                    table().with("tcp", tcp(at(cluster(SERVICE, port)), server("tcp")))
                            .with(
                                    "udp",
                                    udp(
                                            at(cluster(SERVICE, port)),
                                            here(NODE, server.getLocalPort())))
                            .build());
            assertEquals(Set.of("tcp"), answering(SERVICE, port));
            assertEquals(Optional.of("udp"), Net.ask(client, SERVICE, port, 10_000));
        }
    }

    @Test
    void anAddressThatIsTakenIsTriedAgain() throws Exception {
        ServiceTable table = table("web", tcp(at(cluster(SERVICE, port)), server("one")));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral(SERVICE))) {
            apply(table);
            assertEquals(port, taken.getLocalPort());
            assertEquals(0, proxy.confirmed());
        }
        apply(table);
        assertEquals(table.generation(), proxy.confirmed());
        assertEquals(Set.of("one"), answering(SERVICE, port));
    }
}
