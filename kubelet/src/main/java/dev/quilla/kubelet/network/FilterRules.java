package dev.quilla.kubelet.network;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A node's packet rules. One table: pods leave the cluster under the machine's address; a pod that
 * reaches itself through a service sees the node as its client; and a packet to a service address
 * that no proxy has turned into a pod's is refused at once. The machine's own FORWARD chain is told
 * to let pods through where a firewall, Docker's above all, would drop them.
 */
final class FilterRules {

    private static final String DOCKER_CHAIN = "DOCKER-USER";

    /** Beyond this a set with every address of the range would be slow to load. */
    private static final int HAIRPIN_ADDRESSES_MAX = 4096;

    private final BridgeNames names;
    private final Tool nft;
    private final Optional<Tool> iptables;

    FilterRules(BridgeNames names) throws IOException {
        this.names = names;
        this.nft = Tool.need("nft", "nftables");
        this.iptables = Tool.find("iptables");
    }

    /** Puts the whole table in place in one transaction, whatever was there before. */
    void apply(BridgeConfig config) throws IOException {
        nft.run(table(names, config), List.of("-f", "-"));
        letThrough(config.clusterCidr());
    }

    static String table(BridgeNames names, BridgeConfig config) {
        return """
        table ip %1$s {}
        delete table ip %1$s
        table ip %1$s {
            set itself {
                type ipv4_addr . ipv4_addr
                elements = { %5$s }
            }
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr . ip daddr @itself masquerade
                ip saddr %2$s ip daddr != %3$s oifname != "lo" masquerade
            }
            chain forward {
                type filter hook forward priority filter; policy accept;
                ip daddr %4$s jump refuse
            }
            chain output {
                type filter hook output priority filter; policy accept;
                ip daddr %4$s jump refuse
            }
            chain refuse {
                fib daddr type local return
                meta l4proto tcp reject with tcp reset
                reject with icmp type port-unreachable
            }
        }
        """
                .formatted(
                        names.table(),
                        config.podCidr(),
                        config.clusterCidr(),
                        config.serviceCidr(),
                        pairs(config.podCidr()));
    }

    private static String pairs(Cidr range) {
        return LongStream.range(0, Math.min(range.size(), HAIRPIN_ADDRESSES_MAX))
                .mapToObj(i -> range.address(i).getHostAddress())
                .map(a -> a + " . " + a)
                .collect(Collectors.joining(", "));
    }

    private void letThrough(Cidr clusterCidr) throws IOException {
        Optional<String> chain = chain();
        if (chain.isEmpty() || iptables.isEmpty()) {
            return;
        }
        for (String direction : List.of("-s", "-d")) {
            String[] rule = rule(chain.get(), direction, clusterCidr.toString());
            if (!iptables.get().succeeds(with("-C", rule))) {
                iptables.get().run(with("-I", rule));
            }
        }
    }

    /** Where to let pods through; empty if nothing drops them. */
    private Optional<String> chain() throws IOException {
        if (iptables.isEmpty()) {
            return Optional.empty();
        }
        List<String> rules = iptables.get().run("-w", "-S").lines().toList();
        if (rules.contains("-N " + DOCKER_CHAIN)) {
            return Optional.of(DOCKER_CHAIN);
        }
        return rules.contains("-P FORWARD DROP") ? Optional.of("FORWARD") : Optional.empty();
    }

    private String[] rule(String chain, String direction, String range) {
        return new String[] {
            chain, direction, range, "-m", "comment", "--comment", names.table(), "-j", "ACCEPT"
        };
    }

    private static String[] with(String action, String[] rule) {
        String[] all = new String[rule.length + 2];
        all[0] = "-w";
        all[1] = action;
        System.arraycopy(rule, 0, all, 2, rule.length);
        return all;
    }

    /** Removes the table and every rule of ours in others' chains. */
    void remove() throws IOException {
        nft.run(
                "table ip %1$s {}\ndelete table ip %1$s\n".formatted(names.table()),
                List.of("-f", "-"));
        if (iptables.isPresent()) {
            for (String rule : iptables.get().run("-w", "-S").lines().toList()) {
                if (rule.startsWith("-A ") && rule.contains(" " + names.table() + " ")) {
                    String[] words = rule.substring("-A ".length()).split(" ");
                    iptables.get().run(with("-D", words));
                }
            }
        }
    }
}
