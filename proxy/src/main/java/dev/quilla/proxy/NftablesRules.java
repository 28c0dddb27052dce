package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Backend;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A whole table of services as one nftables transaction. Packets find their service by one look
 * into a map, whatever the number of services. Pure.
 *
 * <p>A port without backends has no rule: its packets are refused by the node's own table, and on a
 * node port by the machine itself.
 */
final class NftablesRules {

    /** Marks a packet whose answer must come back through this node. */
    private static final String MASQUERADE = "0x51000000";

    private final StringBuilder chains = new StringBuilder();
    private final List<String> services = new ArrayList<>();
    private final List<String> nodePorts = new ArrayList<>();

    private NftablesRules() {}

    static String of(String table, ServiceTable services) {
        NftablesRules rules = new NftablesRules();
        int number = 0;
        for (ServicePort port : services.ports().values()) {
            rules.add(number++, port);
        }
        return rules.text(table);
    }

    private void add(int number, ServicePort port) {
        String protocol = port.protocol().name().toLowerCase(Locale.ROOT);
        boolean inside = !port.backends().isEmpty();
        boolean outside = !port.externalBackends().isEmpty();
        // Only where every backend may be chosen can the packet leave this node again.
        boolean masquerade = port.externalBackends().equals(port.backends());
        boolean external = false;
        for (Frontend frontend : port.frontends()) {
            switch (frontend) {
                case Frontend.ClusterIp(String address, int target) -> {
                    if (inside) {
                        services.add(
                                "%s . %s . %d : goto service_%d"
                                        .formatted(address, protocol, target, number));
                    }
                }
                case Frontend.External(String address, int target) -> {
                    if (outside) {
                        external = true;
                        services.add(
                                "%s . %s . %d : goto external_%d"
                                        .formatted(address, protocol, target, number));
                    }
                }
                case Frontend.NodePort(int target) -> {
                    if (outside) {
                        external = true;
                        nodePorts.add(
                                "%s . %d : goto external_%d".formatted(protocol, target, number));
                    }
                }
            }
        }
        if (inside) {
            chain("service_" + number, protocol, port, port.backends(), false);
        }
        if (external) {
            chain("external_" + number, protocol, port, port.externalBackends(), masquerade);
        }
    }

    private void chain(
            String name,
            String protocol,
            ServicePort port,
            List<Backend> backends,
            boolean masquerade) {
        // The client's address always leads to the same backend where it asks for that.
        String choice = port.affinitySeconds().isPresent() ? "jhash ip saddr" : "numgen random";
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < backends.size(); i++) {
            Backend backend = backends.get(i);
            targets.add("%d : %s . %d".formatted(i, backend.address(), backend.port()));
        }
        chains.append("    chain ").append(name).append(" {\n");
        if (masquerade) {
            chains.append("        meta mark set meta mark | ").append(MASQUERADE).append('\n');
        }
        chains.append("        meta l4proto ")
                .append(protocol)
                .append(" dnat ip to ")
                .append(choice)
                .append(" mod ")
                .append(backends.size())
                .append(" map { ")
                .append(String.join(", ", targets))
                .append(" }\n    }\n");
    }

    private String text(String table) {
        return """
        table ip %1$s {}
        delete table ip %1$s
        table ip %1$s {
            map services {
                type ipv4_addr . inet_proto . inet_service : verdict
        %2$s    }
            map node_ports {
                type inet_proto . inet_service : verdict
        %3$s    }
        %4$s    chain dispatch {
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
                meta mark & %5$s == %5$s masquerade
            }
        }
        """
                .formatted(table, elements(services), elements(nodePorts), chains, MASQUERADE);
    }

    private static String elements(List<String> all) {
        return all.isEmpty()
                ? ""
                : "        elements = {\n            "
                        + String.join(",\n            ", all)
                        + "\n        }\n";
    }
}
