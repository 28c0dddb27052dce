package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import dev.quilla.proxy.RuleSet.RuleMap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Services as rules. A packet finds its service by one look into a map and its backend by a second,
 * whatever the number of services. Pure.
 *
 * <p>A plain service is elements of maps only: its verdict leads to a chain that it shares with all
 * services of as many backends, which picks one by number. A service that wants affinity or keeps
 * its clients' addresses has chains of its own, named after it.
 *
 * <p>A cluster address without any backend has no element: its packets are refused by the node's
 * own table, and on a node port by the machine itself.
 */
final class NftablesRules {

    private static final String MARK = "meta mark set meta mark | " + RuleSet.MASQUERADE;

    /** Clients that a backend remembers; those beyond are led to any backend. */
    private static final int AFFINITY_CLIENTS_MAX = 65_536;

    private final String podRange;
    private final Map<String, String> sets = new HashMap<>();
    private final Map<String, List<String>> chains = new HashMap<>();
    private final Map<RuleMap, Map<String, String>> maps = new EnumMap<>(RuleMap.class);

    private NftablesRules(String podRange) {
        this.podRange = podRange;
    }

    /**
     * The rules of a table of services.
     *
     * @param podRange of all pods, as CIDR; empty if unknown
     */
    static RuleSet of(ServiceTable services, String podRange) {
        NftablesRules rules = new NftablesRules(podRange);
        services.ports().forEach(rules::add);
        return new RuleSet(rules.sets, rules.chains, rules.maps);
    }

    private void add(ServicePortKey key, ServicePort port) {
        for (Frontend frontend : port.frontends()) {
            switch (frontend) {
                case Frontend.ClusterIp(String address, int number) ->
                        own(key, port, address, number);
                case Frontend.External(String address, int number) ->
                        external(key, port, address, number);
                case Frontend.NodePort(int number) -> nodePort(key, port, number);
            }
        }
    }

    private void own(ServicePortKey key, ServicePort port, String address, int number) {
        if (port.clusterBackends().isEmpty()) {
            return;
        }
        String place = place(port, address, number);
        if (port.backends().isEmpty()) {
            elements(RuleMap.SERVICES).putIfAbsent(place, "drop");
        } else if (port.affinitySeconds().isPresent()) {
            point(RuleMap.SERVICES, place, spread("internal", key, port, port.backends()));
        } else if (point(RuleMap.SERVICES, place, byAddress(port, port.backends()))) {
            number(byAddress(port), address + " . " + number, port.backends());
        }
    }

    private void external(ServicePortKey key, ServicePort port, String address, int number) {
        List<Backend> backends = port.clusterBackends();
        String place = place(port, address, number);
        if (backends.isEmpty()) {
            elements(RuleMap.REFUSED).putIfAbsent(place, "goto refuse");
        } else if (isPlain(port)) {
            String chain = protocol(port) + "_external_" + backends.size();
            chains.put(chain, List.of(MARK, "goto " + byAddress(port, backends)));
            if (point(RuleMap.SERVICES, place, chain)) {
                number(byAddress(port), address + " . " + number, backends);
            }
        } else {
            point(RuleMap.SERVICES, place, outside(key, port));
        }
    }

    private void nodePort(ServicePortKey key, ServicePort port, int number) {
        List<Backend> backends = port.clusterBackends();
        if (backends.isEmpty()) {
            return;
        }
        String place = protocol(port) + " . " + number;
        if (isPlain(port)) {
            RuleMap from =
                    port.protocol() == Protocol.TCP
                            ? RuleMap.TCP_NODE_PORT_BACKENDS
                            : RuleMap.UDP_NODE_PORT_BACKENDS;
            String chain = protocol(port) + "_node_port_" + backends.size();
            chains.put(chain, List.of(MARK, pick(protocol(port) + " dport", backends, from)));
            if (point(RuleMap.NODE_PORTS, place, chain)) {
                number(from, String.valueOf(number), backends);
            }
        } else {
            point(RuleMap.NODE_PORTS, place, outside(key, port));
        }
    }

    private static String place(ServicePort port, String address, int number) {
        return address + " . " + protocol(port) + " . " + number;
    }

    private Map<String, String> elements(RuleMap map) {
        return maps.computeIfAbsent(map, _ -> new LinkedHashMap<>());
    }

    private static boolean isPlain(ServicePort port) {
        return !port.keepsClientAddress() && port.affinitySeconds().isEmpty();
    }

    /** False if another service has the place: whoever comes first in the table keeps it. */
    private boolean point(RuleMap map, String key, String chain) {
        return elements(map).putIfAbsent(key, "goto " + chain) == null;
    }

    private void number(RuleMap map, String key, List<Backend> backends) {
        for (int i = 0; i < backends.size(); i++) {
            elements(map).put(key + " . " + i, target(backends.get(i)));
        }
    }

    /** The chain of all services of a protocol that have as many backends. */
    private String byAddress(ServicePort port, List<Backend> backends) {
        String chain = protocol(port) + "_service_" + backends.size();
        String key = "ip daddr . " + protocol(port) + " dport";
        chains.put(chain, List.of(pick(key, backends, byAddress(port))));
        return chain;
    }

    private static RuleMap byAddress(ServicePort port) {
        return port.protocol() == Protocol.TCP ? RuleMap.TCP_BACKENDS : RuleMap.UDP_BACKENDS;
    }

    private static String pick(String key, List<Backend> backends, RuleMap from) {
        return "dnat ip to %s . numgen random mod %d map @%s"
                .formatted(key, backends.size(), from.title());
    }

    /** The chain of a service's clients at a node port or an external address. */
    private String outside(ServicePortKey key, ServicePort port) {
        String chain = RuleNames.of("external", key);
        if (chains.containsKey(chain)) {
            return chain;
        }
        String anywhere = spread("cluster", key, port, port.clusterBackends());
        List<String> rules = new ArrayList<>();
        if (!port.keepsClientAddress()) {
            rules.add(MARK);
            rules.add("goto " + anywhere);
        } else {
            if (!podRange.isEmpty()) {
                rules.add("ip saddr " + podRange + " goto " + anywhere);
            }
            rules.add("fib saddr type local " + MARK);
            rules.add("fib saddr type local goto " + anywhere);
            rules.addAll(
                    port.externalBackends().isEmpty()
                            ? List.of("drop")
                            : choice(key, port, port.externalBackends()));
        }
        chains.put(chain, rules);
        return chain;
    }

    private String spread(
            String purpose, ServicePortKey key, ServicePort port, List<Backend> backends) {
        String chain = RuleNames.of(purpose, key);
        chains.put(chain, choice(key, port, backends));
        return chain;
    }

    private List<String> choice(ServicePortKey key, ServicePort port, List<Backend> backends) {
        if (port.affinitySeconds().isEmpty()) {
            List<String> targets = new ArrayList<>();
            for (int i = 0; i < backends.size(); i++) {
                targets.add(i + " : " + target(backends.get(i)));
            }
            return List.of(
                    "meta l4proto %s dnat ip to numgen random mod %d map { %s }"
                            .formatted(
                                    protocol(port), backends.size(), String.join(", ", targets)));
        }
        return sticky(key, port, port.affinitySeconds().get(), backends);
    }

    /** Each backend remembers its clients; the kernel forgets them after their time. */
    private List<String> sticky(
            ServicePortKey key, ServicePort port, int seconds, List<Backend> backends) {
        List<String> rules = new ArrayList<>();
        List<String> any = new ArrayList<>();
        for (Backend backend : backends) {
            String chain = RuleNames.of("to", key, backend);
            String clients = RuleNames.of("clients_" + seconds, key, backend);
            sets.put(
                    clients,
                    "type ipv4_addr; size %d; flags dynamic,timeout; timeout %ds;"
                            .formatted(AFFINITY_CLIENTS_MAX, seconds));
            chains.put(
                    chain,
                    List.of(
                            "update @" + clients + " { ip saddr }",
                            "meta l4proto %s dnat ip to %s:%d"
                                    .formatted(protocol(port), backend.address(), backend.port())));
            rules.add("ip saddr @" + clients + " goto " + chain);
            any.add(any.size() + " : goto " + chain);
        }
        rules.add("numgen random mod %d vmap { %s }".formatted(any.size(), String.join(", ", any)));
        return rules;
    }

    private static String target(Backend backend) {
        return backend.address() + " . " + backend.port();
    }

    private static String protocol(ServicePort port) {
        return port.protocol().name().toLowerCase(Locale.ROOT);
    }
}
