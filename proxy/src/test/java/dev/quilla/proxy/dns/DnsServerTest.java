package dev.quilla.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

@Timeout(60)
class DnsServerTest {

    private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static DnsServer server(ClusterZone zone, DnsServer... upstream) throws IOException {
        List<InetSocketAddress> servers =
                java.util.Arrays.stream(upstream)
                        .map(s -> new InetSocketAddress(LOCAL, s.udpPort()))
                        .toList();
        return DnsServer.listen(
                LOCAL, new DnsAnswers(() -> zone, new Upstream(() -> servers)), c -> true);
    }

    private static Message ask(DnsServer server, boolean stream, String name) throws IOException {
        SimpleResolver resolver =
                new SimpleResolver(
                        new InetSocketAddress(LOCAL, stream ? server.tcpPort() : server.udpPort()));
        resolver.setTCP(stream);
        resolver.setTimeout(PATIENCE);
        return resolver.send(
                Message.newQuery(
                        Record.newRecord(Name.fromString(name, Name.root), Type.A, DClass.IN)));
    }

    @Test
    void answersOverBothTransports() throws IOException {
        try (DnsServer server = server(Zones.SMALL)) {
            for (boolean stream : new boolean[] {false, true}) {
                assertEquals(
                        "10.96.0.7",
                        ask(server, stream, "web.default.svc.cluster.local")
                                .getSection(Section.ANSWER)
                                .getFirst()
                                .rdataToString());
                assertEquals(
                        Rcode.NXDOMAIN,
                        ask(server, stream, "no.default.svc.cluster.local").getRcode());
            }
        }
    }

    @Test
    void asksOthersForWhatIsNotItsOwn() throws IOException {
        ClusterZone theirs =
                ClusterZone.of(
                        "example.com", List.of(Zones.service("www", "192.0.2.53")), List.of());
        ClusterZone ours =
                ClusterZone.of(
                        "cluster.local",
                        List.of(
                                dev.quilla.model.core.v1.Service.builder()
                                        .metadata(m -> m.name("outside").namespace("default"))
                                        .spec(s ->
                                                s.type("ExternalName")
                                                        .externalName(
                                                                "www.default.svc.example.com"))
                                        .build()),
                        List.of());
        try (DnsServer upstream = server(theirs);
                DnsServer server = server(ours, upstream)) {
            assertEquals(
                    "192.0.2.53",
                    ask(server, false, "www.default.svc.example.com")
                            .getSection(Section.ANSWER)
                            .getFirst()
                            .rdataToString());
            List<Record> followed =
                    ask(server, false, "outside.default.svc.cluster.local")
                            .getSection(Section.ANSWER);
            assertEquals(
                    List.of("www.default.svc.example.com.", "192.0.2.53"),
                    followed.stream().map(Record::rdataToString).toList());
        }
    }

    @Test
    void aServerThatIsSilentIsPassedOver() throws IOException {
        try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(LOCAL, 0));
                DnsServer second =
                        server(
                                ClusterZone.of(
                                        "example.com",
                                        List.of(Zones.service("www", "192.0.2.53")),
                                        List.of()))) {
            Upstream upstream =
                    new Upstream(() ->
                            List.of(
                                    (InetSocketAddress) silent.getLocalSocketAddress(),
                                    new InetSocketAddress(LOCAL, second.udpPort())));
            Message query =
                    Message.newQuery(
                            Record.newRecord(
                                    Name.fromString("www.default.svc.example.com."),
                                    Type.A,
                                    DClass.IN));
            byte[] answer = upstream.ask(query.toWire(), false).orElseThrow();
            assertEquals(query.getHeader().getID(), new Message(answer).getHeader().getID());
        }
    }

    @Test
    void strangersAreNotAnswered() throws IOException {
        try (DnsServer server =
                        DnsServer.listen(
                                LOCAL,
                                new DnsAnswers(() -> Zones.SMALL, new Upstream(List::of)),
                                c -> false);
                DatagramSocket client = new DatagramSocket();
                Socket stream = new Socket(LOCAL, server.tcpPort())) {
            stream.setSoTimeout((int) PATIENCE.toMillis());
            assertEquals(-1, stream.getInputStream().read());
            byte[] query = new Message(7).toWire();
            client.send(new DatagramPacket(query, query.length, LOCAL, server.udpPort()));
            client.setSoTimeout(300);
            Optional<Integer> received = Optional.empty();
            try {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                client.receive(packet);
                received = Optional.of(packet.getLength());
            } catch (SocketTimeoutException _) {
                // As it should be.
            }
            assertEquals(Optional.empty(), received);
        }
    }

    @Test
    void rubbishHarmsNobody() throws IOException {
        try (DnsServer server = server(Zones.SMALL);
                DatagramSocket client = new DatagramSocket();
                Socket stream = new Socket(LOCAL, server.tcpPort())) {
            for (int length = 0; length < 40; length++) {
                client.send(new DatagramPacket(new byte[length], length, LOCAL, server.udpPort()));
            }
            stream.getOutputStream()
                    .write(ByteBuffer.allocate(6).putShort((short) 4).putInt(-1).array());
            stream.setSoTimeout((int) PATIENCE.toMillis());
            assertEquals(-1, stream.getInputStream().read(), "closed");
            assertTrue(
                    ask(server, false, "web.default.svc.cluster.local").getRcode()
                            == Rcode.NOERROR);
        }
    }

    @Test
    void readsTheMachinesServers() {
        assertEquals(
                List.of(
                        new InetSocketAddress("192.0.2.53", 53),
                        new InetSocketAddress(InetAddress.ofLiteral("2001:db8::53"), 53)),
                Upstream.parse(
                        List.of(
                                "# a comment",
                                "search example.com",
                                " nameserver\t192.0.2.53 ",
                                "nameserver nonsense",
                                "nameserver 2001:db8::53",
                                "nameserver")));
    }
}
