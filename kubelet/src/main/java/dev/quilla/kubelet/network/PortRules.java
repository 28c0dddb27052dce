package dev.quilla.kubelet.network;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports of the machine that lead to pods: a map a protocol in a table of the node's own. The kernel
 * holds the state, so that pods which an earlier kubelet started keep their ports. Not for {@code
 * 127.0.0.1}, whose packets the kernel sends to no other device.
 */
final class PortRules {

    private static final List<String> PROTOCOLS = List.of("tcp", "udp");
    private static final Pattern ELEMENT = Pattern.compile("(\\d+) : ([0-9.]+) \\. \\d+");

    private final String table;
    private final Tool nft;

    PortRules(BridgeNames names) throws IOException {
        this.table = names.table() + "_ports";
        this.nft = Tool.need("nft", "nftables");
    }

    /** Sees to it that the table is there; what is in its maps stays. */
    void start() throws IOException {
        run(
                """
                table ip %1$s {
                    map tcp_ports { type inet_service : ipv4_addr . inet_service; }
                    map udp_ports { type inet_service : ipv4_addr . inet_service; }
                    chain lead { }
                    chain prerouting { type nat hook prerouting priority -105; }
                    chain output { type nat hook output priority -105; }
                }
                flush table ip %1$s
                table ip %1$s {
                    chain lead {
                        ip daddr 127.0.0.0/8 return
                        fib daddr type != local return
                        dnat ip addr . port to tcp dport map @tcp_ports
                        dnat ip addr . port to udp dport map @udp_ports
                    }
                    chain prerouting { jump lead; }
                    chain output { jump lead; }
                }
                """
                        .formatted(table));
    }

    /** Lets ports lead to a pod; ports that led to it before and are not named don't any more. */
    void publish(InetAddress pod, List<HostPort> ports) throws IOException {
        withdraw(pod);
        for (HostPort port : ports) {
            run(
                    "add element ip %s %s_ports { %d : %s . %d }\n"
                            .formatted(
                                    table,
                                    port.protocol(),
                                    port.port(),
                                    pod.getHostAddress(),
                                    port.podPort()));
        }
    }

    /** No port leads to the pod any more. */
    void withdraw(InetAddress pod) throws IOException {
        for (String protocol : PROTOCOLS) {
            Matcher elements = ELEMENT.matcher(list(protocol));
            while (elements.find()) {
                if (elements.group(2).equals(pod.getHostAddress())) {
                    run(
                            "delete element ip %s %s_ports { %s }\n"
                                    .formatted(table, protocol, elements.group(1)));
                }
            }
        }
    }

    private String list(String protocol) throws IOException {
        return nft.run("-n", "list", "map", "ip", table, protocol + "_ports");
    }

    void remove() throws IOException {
        run("table ip %1$s {}\ndelete table ip %1$s\n".formatted(table));
    }

    private void run(String script) throws IOException {
        nft.run(script, List.of("-f", "-"));
    }
}
