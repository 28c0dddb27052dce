package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.Frontend;
import dev.quilla.plugin.ServiceTable.Protocol;
import dev.quilla.plugin.ServiceTable.ServicePort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a relay of the node listens.
 *
 * @param protocol the transport protocol
 * @param address an address of this machine, and a port
 */
record Listening(Protocol protocol, InetSocketAddress address) {

    /** The machine's own name for itself. */
    static final List<String> LOOPBACK = List.of("127.0.0.1");

    /** All addresses of services, and node ports on some addresses of the machine. */
    static Map<Listening, Answers> all(ServiceTable table, Collection<String> nodeAddresses) {
        Map<Listening, Answers> wanted = nodePorts(table, nodeAddresses);
        for (ServicePort port : table.ports().values()) {
            for (Frontend frontend : port.frontends()) {
                // External addresses are not this machine's: nobody can listen there.
                if (frontend instanceof Frontend.ClusterIp(String address, int number)) {
                    wanted.putIfAbsent(at(port, address, number), Answers.own(port));
                }
            }
        }
        return wanted;
    }

    /** Node ports on some addresses of the machine. */
    static Map<Listening, Answers> nodePorts(ServiceTable table, Collection<String> nodeAddresses) {
        Map<Listening, Answers> wanted = new HashMap<>();
        for (ServicePort port : table.ports().values()) {
            for (Frontend frontend : port.frontends()) {
                if (frontend instanceof Frontend.NodePort(int number)) {
                    nodeAddresses.forEach(
                            a -> wanted.putIfAbsent(at(port, a, number), Answers.nodePort(port)));
                }
            }
        }
        return wanted;
    }

    private static Listening at(ServicePort port, String address, int number) {
        return new Listening(
                port.protocol(), new InetSocketAddress(InetAddress.ofLiteral(address), number));
    }

    @Override
    public String toString() {
        return protocol + " " + address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
