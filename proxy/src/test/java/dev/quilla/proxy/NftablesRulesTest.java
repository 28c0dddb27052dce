package dev.quilla.proxy;

import static dev.quilla.proxy.Tables.at;
import static dev.quilla.proxy.Tables.cluster;
import static dev.quilla.proxy.Tables.elsewhere;
import static dev.quilla.proxy.Tables.external;
import static dev.quilla.proxy.Tables.here;
import static dev.quilla.proxy.Tables.localInside;
import static dev.quilla.proxy.Tables.localOutside;
import static dev.quilla.proxy.Tables.node;
import static dev.quilla.proxy.Tables.sticky;
import static dev.quilla.proxy.Tables.table;
import static dev.quilla.proxy.Tables.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.proxy.RuleSet.RuleMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NftablesRulesTest {

    private static final Backend ONE = here("10.244.0.2", 8080);
    private static final Backend TWO = elsewhere("10.244.1.3", 8081);
    private static final String MARK = "meta mark set meta mark | 0x51000000";

    private static RuleSet rules(ServiceTable table) {
        return NftablesRules.of(table, "10.244.0.0/16");
    }

    @Test
    void aPlainServiceIsElementsOfMapsAndSharesItsChains() {
        RuleSet rules =
                rules(table("web", tcp(at(cluster("10.96.0.9", 80), node(30080)), ONE, TWO)));
        assertEquals(
                Map.of("10.96.0.9 . tcp . 80", "goto tcp_service_2"),
                rules.elements(RuleMap.SERVICES));
        assertEquals(
                Map.of(
                        "10.96.0.9 . 80 . 0", "10.244.0.2 . 8080",
                        "10.96.0.9 . 80 . 1", "10.244.1.3 . 8081"),
                rules.elements(RuleMap.TCP_BACKENDS));
        assertEquals(
                Map.of("tcp . 30080", "goto tcp_node_port_2"), rules.elements(RuleMap.NODE_PORTS));
        assertEquals(
                Map.of(
                        "tcp_service_2",
                        List.of(
                                "dnat ip to ip daddr . tcp dport"
                                        + " . numgen random mod 2 map @tcp_backends"),
                        "tcp_node_port_2",
                        List.of(
                                MARK,
                                "dnat ip to tcp dport"
                                        + " . numgen random mod 2 map @tcp_node_port_backends")),
                rules.chains());
    }

    @Test
    void anotherServiceOfAsManyBackendsAddsNoChain() {
        ServiceTable both =
                table().with("a", tcp(at(cluster("10.96.0.9", 80)), ONE))
                        .with("b", tcp(at(cluster("10.96.0.10", 80)), TWO))
                        .build();
        assertEquals(Set.of("tcp_service_1"), rules(both).chains().keySet());
    }

    @Test
    void nobodysAddressesAreRefusedAndLocalOnesWithoutABackendHereDropped() {
        RuleSet none = rules(table("web", tcp(at(cluster("10.96.0.9", 80), node(30080)))));
        assertEquals(Map.of(), none.maps());
        RuleSet outside = rules(table("web", tcp(at(external("198.51.100.7", 80)))));
        assertEquals(
                Map.of("198.51.100.7 . tcp . 80", "goto refuse"),
                outside.elements(RuleMap.REFUSED));
        RuleSet elsewhere =
                rules(table("web", localInside(tcp(at(cluster("10.96.0.9", 80)), TWO))));
        assertEquals(Map.of("10.96.0.9 . tcp . 80", "drop"), elsewhere.elements(RuleMap.SERVICES));
    }

    @Test
    void clientsFromOutsideKeepTheirAddressWhereTheServiceWantsIt() {
        RuleSet rules = rules(table("web", localOutside(tcp(at(node(30080)), ONE, TWO))));
        String external = RuleNames.of("external", key("web"));
        String anywhere = RuleNames.of("cluster", key("web"));
        assertEquals(Map.of("tcp . 30080", "goto " + external), rules.elements(RuleMap.NODE_PORTS));
        assertEquals(
                List.of(
                        "ip saddr 10.244.0.0/16 goto " + anywhere,
                        "fib saddr type local " + MARK,
                        "fib saddr type local goto " + anywhere,
                        "meta l4proto tcp dnat ip to numgen random mod 1"
                                + " map { 0 : 10.244.0.2 . 8080 }"),
                rules.chains().get(external));
    }

    @Test
    void aBackendRemembersItsClientsForAsLongAsTheServiceSays() {
        RuleSet rules = rules(table("web", sticky(90, tcp(at(cluster("10.96.0.9", 80)), ONE))));
        String clients = RuleNames.of("clients_90", key("web"), ONE);
        String to = RuleNames.of("to", key("web"), ONE);
        assertEquals(
                Map.of(clients, "type ipv4_addr; size 65536; flags dynamic,timeout; timeout 90s;"),
                rules.sets());
        assertEquals(
                List.of(
                        "ip saddr @" + clients + " goto " + to,
                        "numgen random mod 1 vmap { 0 : goto " + to + " }"),
                rules.chains().get(RuleNames.of("internal", key("web"))));
        assertEquals(
                List.of(
                        "update @" + clients + " { ip saddr }",
                        "meta l4proto tcp dnat ip to 10.244.0.2:8080"),
                rules.chains().get(to));
    }

    @Test
    void ofTwoServicesAtOneExternalAddressTheFirstKeepsIt() {
        ServiceTable both =
                table().with("a", tcp(at(external("198.51.100.7", 80)), ONE))
                        .with("b", tcp(at(external("198.51.100.7", 80)), TWO))
                        .build();
        assertEquals(
                Map.of("198.51.100.7 . 80 . 0", "10.244.0.2 . 8080"),
                rules(both).elements(RuleMap.TCP_BACKENDS));
    }

    private static ServiceTable.ServicePortKey key(String service) {
        return new ServiceTable.ServicePortKey("default", service, "main");
    }
}
