package dev.quilla.kubelet.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As root, against the kernel. */
class PortRulesTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("10.255.0.1");
    private static final InetAddress TEN = InetAddress.ofLiteral("10.255.0.10");
    private final BridgeNames names =
            BridgeNames.of("test-" + ProcessHandle.current().pid(), "node-1");

    private List<String> elements(String protocol) throws IOException {
        String map = names.table() + "_ports " + protocol + "_ports";
        return Tool.need("nft", "nftables")
                .run(("-n list map ip " + map).split(" "))
                .lines()
                .filter(l -> l.contains(" : 10."))
                .flatMap(l -> List.of(l.replaceAll("elements = |[{}]", "").split(",")).stream())
                .map(String::strip)
                .filter(e -> !e.isEmpty())
                .sorted()
                .toList();
    }

    @BeforeEach
    void start() throws IOException {
        new PortRules(names).start();
    }

    @AfterEach
    void remove() throws IOException {
        new PortRules(names).remove();
    }

    @Test
    void portsLeadToPodsUntilTheyAreWithdrawn() throws Exception {
        PortRules rules = new PortRules(names);
        rules.publish(ONE, List.of(new HostPort("tcp", 18080, 80), new HostPort("udp", 53, 5353)));
        rules.publish(TEN, List.of(new HostPort("tcp", 18081, 80)));
        assertEquals(
                List.of("18080 : 10.255.0.1 . 80", "18081 : 10.255.0.10 . 80"), elements("tcp"));
        assertEquals(List.of("53 : 10.255.0.1 . 5353"), elements("udp"));
        rules.withdraw(ONE);
        assertEquals(List.of("18081 : 10.255.0.10 . 80"), elements("tcp"));
        assertTrue(elements("udp").isEmpty());
    }

    @Test
    void aKubeletThatStartsAgainLeavesPodsTheirPorts() throws Exception {
        new PortRules(names).publish(ONE, List.of(new HostPort("tcp", 18080, 80)));
        new PortRules(names).start();
        new PortRules(names).publish(ONE, List.of(new HostPort("tcp", 18080, 80)));
        assertEquals(List.of("18080 : 10.255.0.1 . 80"), elements("tcp"));
    }
}
