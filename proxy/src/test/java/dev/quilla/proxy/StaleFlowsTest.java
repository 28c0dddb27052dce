package dev.quilla.proxy;

import static dev.quilla.proxy.Tables.at;
import static dev.quilla.proxy.Tables.cluster;
import static dev.quilla.proxy.Tables.here;
import static dev.quilla.proxy.Tables.table;
import static dev.quilla.proxy.Tables.tcp;
import static dev.quilla.proxy.Tables.udp;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class StaleFlowsTest {

    private static final Backend ONE = here("10.244.0.2", 5353);
    private static final Backend TWO = here("10.244.0.3", 5353);

    private static ServiceTable dns(Backend... backends) {
        return table("dns", udp(at(cluster("10.96.0.9", 53)), backends));
    }

    private static UdpFlow flow(String to, int port, String answers, int answersPort) {
        return new UdpFlow(
                Ipv4Range.number(InetAddress.ofLiteral(to)),
                port,
                Ipv4Range.number(InetAddress.ofLiteral(answers)),
                answersPort);
    }

    @Test
    void flowsToABackendThatIsGoneAreStaleAndOthersAreNot() {
        StaleFlows stale = StaleFlows.between(dns(ONE, TWO), dns(TWO));
        assertTrue(stale.holds(flow("10.96.0.9", 53, "10.244.0.2", 5353)));
        assertFalse(stale.holds(flow("10.96.0.9", 53, "10.244.0.3", 5353)));
        assertFalse(stale.holds(flow("10.96.0.9", 54, "10.244.0.2", 5353)));
        assertFalse(stale.holds(flow("10.96.0.10", 53, "10.244.0.2", 5353)));
    }

    @Test
    void flowsFromBeforeTheFirstBackendAreStale() {
        assertTrue(
                StaleFlows.between(dns(), dns(ONE)).holds(flow("10.96.0.9", 53, "10.96.0.9", 53)));
    }

    @Test
    void flowsOfAServiceThatIsGoneAreStale() {
        assertTrue(
                StaleFlows.between(dns(ONE), ServiceTable.EMPTY)
                        .holds(flow("10.96.0.9", 53, "10.244.0.2", 5353)));
    }

    @Test
    void nothingIsLookedForWhereNoServiceOfDatagramsDiffers() {
        assertTrue(StaleFlows.between(dns(ONE), dns(ONE)).isEmpty());
        assertTrue(
                StaleFlows.between(
                                ServiceTable.EMPTY,
                                table("web", tcp(at(cluster("10.96.0.9", 80)), ONE)))
                        .isEmpty());
    }
}
