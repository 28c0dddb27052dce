package dev.quilla.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What depends on services in the kernel's table: immutable, and comparable with another. The rest
 * of the table never changes.
 *
 * @param sets definitions by name; a name always means the same definition
 * @param chains rules by name
 * @param maps elements by key
 */
record RuleSet(
        Map<String, String> sets,
        Map<String, List<String>> chains,
        Map<RuleMap, Map<String, String>> maps) {

    /** A map of the table. */
    enum RuleMap {
        /** What happens to a packet to an address of a service. */
        SERVICES("services", "type ipv4_addr . inet_proto . inet_service : verdict"),
        /** What happens to a packet to a port of the node. */
        NODE_PORTS("node_ports", "type inet_proto . inet_service : verdict"),
        /** The backends of each address, numbered from 0. */
        TCP_BACKENDS("tcp_backends", backends("ip daddr . tcp dport", "tcp")),
        UDP_BACKENDS("udp_backends", backends("ip daddr . udp dport", "udp")),
        /** The backends of each port of the node, numbered from 0. */
        TCP_NODE_PORT_BACKENDS("tcp_node_port_backends", backends("tcp dport", "tcp")),
        UDP_NODE_PORT_BACKENDS("udp_node_port_backends", backends("udp dport", "udp")),
        /** Addresses outside the cluster's ranges that nobody answers at. */
        REFUSED("refused", "type ipv4_addr . inet_proto . inet_service : verdict");

        private final String title;
        private final String type;

        RuleMap(String title, String type) {
            this.title = title;
            this.type = type;
        }

        String title() {
            return title;
        }

        private static String backends(String key, String protocol) {
            return "typeof %s . numgen random mod 65536 : ip daddr . %s dport"
                    .formatted(key, protocol);
        }
    }

    /** Marks a packet whose answer must come back through this node. */
    static final String MASQUERADE = "0x51000000";

    private static final String BASE =
            """
                chain refuse {
                    meta l4proto tcp reject with tcp reset
                    reject with icmp type port-unreachable
                }
                chain dispatch {
                    ip daddr . meta l4proto . th dport vmap @services
                    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node_ports
                }
                chain prerouting {
                    type nat hook prerouting priority dstnat; policy accept;
                    jump dispatch
                }
                chain output {
                    type nat hook output priority -100; policy accept;
                    jump dispatch
                }
                chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    meta mark & %1$s == %1$s masquerade
                }
                chain forwarded {
                    type filter hook forward priority filter; policy accept;
                    ip daddr . meta l4proto . th dport vmap @refused
                }
                chain sent {
                    type filter hook output priority filter; policy accept;
                    ip daddr . meta l4proto . th dport vmap @refused
                }
            """;

    RuleSet {
        sets = Collections.unmodifiableMap(new TreeMap<>(sets));
        chains = Collections.unmodifiableMap(new TreeMap<>(chains));
        maps = Map.copyOf(maps);
    }

    /** The elements of a map. */
    Map<String, String> elements(RuleMap map) {
        return maps.getOrDefault(map, Map.of());
    }

    /** Commands that put the whole table in place, whatever was there before. */
    String whole(String table) {
        StringBuilder text = new StringBuilder();
        text.append("table ip ").append(table).append(" {}\n");
        text.append("delete table ip ").append(table).append('\n');
        text.append("table ip ").append(table).append(" {\n");
        for (RuleMap map : RuleMap.values()) {
            text.append("    map ").append(map.title).append(" { ").append(map.type);
            text.append("; }\n");
        }
        text.append(BASE.formatted(MASQUERADE)).append("}\n");
        return text + difference(table, new RuleSet(Map.of(), Map.of(), Map.of()));
    }

    /**
     * Commands that turn a table which holds another rule set into one that holds this; empty if
     * nothing differs. What is pointed to is made before what points to it, and goes after it.
     */
    String difference(String table, RuleSet before) {
        StringBuilder text = new StringBuilder();
        added(before.sets, sets)
                .forEach((name, definition) ->
                        command(text, "add set ", table, name, "{ " + definition + " }"));
        Map<String, List<String>> newChains = added(before.chains, chains);
        newChains.keySet().forEach(name -> command(text, "add chain ", table, name, ""));
        newChains.forEach((name, rules) -> rules(text, table, name, rules));
        chains.forEach((name, rules) -> {
            List<String> old = before.chains.get(name);
            if (old != null && !old.equals(rules)) {
                command(text, "flush chain ", table, name, "");
                rules(text, table, name, rules);
            }
        });
        for (RuleMap map : RuleMap.values()) {
            elements(text, table, map, before.elements(map), elements(map));
        }
        List<String> goneChains = List.copyOf(added(chains, before.chains).keySet());
        goneChains.forEach(name -> command(text, "flush chain ", table, name, ""));
        goneChains.forEach(name -> command(text, "delete chain ", table, name, ""));
        added(sets, before.sets)
                .keySet()
                .forEach(name -> command(text, "delete set ", table, name, ""));
        return text.toString();
    }

    private static <V> Map<String, V> added(Map<String, V> before, Map<String, V> now) {
        Map<String, V> added = new TreeMap<>();
        now.forEach((name, value) -> {
            if (!before.containsKey(name)) {
                added.put(name, value);
            }
        });
        return added;
    }

    private static void rules(StringBuilder to, String table, String chain, List<String> rules) {
        rules.forEach(rule -> command(to, "add rule ", table, chain, rule));
    }

    private static void elements(
            StringBuilder to,
            String table,
            RuleMap map,
            Map<String, String> before,
            Map<String, String> now) {
        List<String> gone = new ArrayList<>();
        before.forEach((key, value) -> {
            if (!value.equals(now.get(key))) {
                gone.add(key);
            }
        });
        List<String> come = new ArrayList<>();
        now.forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                come.add(key + " : " + value);
            }
        });
        list(to, "delete element ", table, map.title, gone);
        list(to, "add element ", table, map.title, come);
    }

    private static void list(
            StringBuilder to, String verb, String table, String map, List<String> elements) {
        if (!elements.isEmpty()) {
            command(to, verb, table, map, "{ " + String.join(", ", elements) + " }");
        }
    }

    private static void command(
            StringBuilder to, String verb, String table, String name, String rest) {
        to.append(verb).append("ip ").append(table).append(' ').append(name);
        to.append(rest.isEmpty() ? "" : " ").append(rest).append('\n');
    }
}
