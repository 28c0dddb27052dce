package dev.quilla.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.Endpoint;
import dev.quilla.model.discovery.v1.EndpointSlice;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DnsServerTest {

    private static final ClusterNames NAMES =
            ClusterNames.of(
                    "cluster.local",
                    List.of(service("web", "10.96.0.7"), service("db", "None")),
                    List.of(slice("db", "10.244.0.3"), slice("web", "10.244.0.4")));

    private static Service service(String name, String address) {
        return Service.builder()
                .metadata(m -> m.name(name).namespace("default"))
                .spec(s -> s.clusterIP(address))
                .build();
    }

    private static EndpointSlice slice(String service, String address) {
        return EndpointSlice.builder()
                .metadata(m ->
                        m.name(service + "-1")
                                .namespace("default")
                                .labels(Map.of("kubernetes.io/service-name", service)))
                .endpoints(
                        List.of(
                                Endpoint.builder()
                                        .addresses(List.of(address))
                                        .hostname("db-0")
                                        .build()))
                .build();
    }

    @Test
    void aServiceHasItsOwnAddressAndAHeadlessOneItsPods() {
        assertEquals(
                Optional.of(List.of("10.96.0.7")), NAMES.find("web.default.svc.cluster.local"));
        assertEquals(
                Optional.of(List.of("10.244.0.3")), NAMES.find("DB.default.svc.cluster.local"));
        assertEquals(
                Optional.of(List.of("10.244.0.3")),
                NAMES.find("db-0.db.default.svc.cluster.local"));
        assertEquals(Optional.empty(), NAMES.find("no.default.svc.cluster.local"));
    }

    @Test
    void answersOverTheNetwork() throws IOException {
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        try (DnsServer server = DnsServer.listen(local, () -> NAMES);
                DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(10_000);
            client.connect(local, server.port());

            ByteBuffer found = ask(client, "web.default.svc.cluster.local", 1);
            assertEquals(0, found.getShort(2) & 0xf, "no error");
            assertEquals(1, found.getShort(6), "one answer");
            byte[] address = new byte[4];
            found.get(found.limit() - 4, address);
            assertArrayEquals(new byte[] {10, 96, 0, 7}, address);

            ByteBuffer sixth = ask(client, "web.default.svc.cluster.local", 28);
            assertEquals(0, sixth.getShort(2) & 0xf, "it exists");
            assertEquals(0, sixth.getShort(6), "and has no IPv6 address");

            ByteBuffer missing = ask(client, "no.default.svc.cluster.local", 1);
            assertEquals(3, missing.getShort(2) & 0xf, "no such name");
        }
    }

    private static ByteBuffer ask(DatagramSocket client, String name, int type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(77);
        out.writeShort(0x0100);
        out.writeShort(1);
        out.write(new byte[6]);
        for (String label : name.split("\\.")) {
            out.writeByte(label.length());
            out.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeByte(0);
        out.writeShort(type);
        out.writeShort(1);
        client.send(new DatagramPacket(bytes.toByteArray(), bytes.size()));
        DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        client.receive(answer);
        ByteBuffer found = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
        assertEquals(77, found.getShort(0));
        return found;
    }
}
