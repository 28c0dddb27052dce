package dev.quilla.kubelet.network;

import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PodKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network namespace a pod, a cable (veth) each, and a route an address: nothing is bridged, so
 * every packet passes the machine's own rules, replies of services included. Pods find the host at
 * one link-local address which needs no discovery: both ends know the other's hardware address.
 *
 * <p>The node itself has the first address of its range, on a device that also owns the ranges of
 * services; it is where connections from this machine to pods and services come from. The cluster's
 * range ends in a route that refuses, so that a packet to a pod that is not there goes nowhere.
 */
public final class BridgeNetwork implements PodNetwork {

    private static final String GATEWAY = "169.254.1.1";
    private static final String HOST_MAC = "ee:ee:ee:ee:ee:ee";
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final String ROUTE_PROTOCOL = "213";

    private final BridgeConfig config;
    private final BridgeNames names;
    private final Allocations allocations;
    private final FilterRules rules;
    private final PortRules ports;
    private final Tool ip;
    private final Tool nsenter;

    private BridgeNetwork(BridgeConfig config, Allocations allocations) throws IOException {
        this.config = config;
        this.names = BridgeNames.of(config.clusterId(), config.nodeName());
        this.allocations = allocations;
        this.rules = new FilterRules(names);
        this.ports = new PortRules(names);
        this.ip = Tool.need("ip", "iproute2");
        this.nsenter = Tool.need("nsenter", "util-linux");
    }

    /**
     * Opens the node's part of the network; {@link #start} makes it.
     *
     * @throws IOException if a program is missing or the directory can't be used
     */
    public static BridgeNetwork open(BridgeConfig config) throws IOException {
        return new BridgeNetwork(config, Allocations.open(config.podCidr(), config.directory()));
    }

    /** What keeps this machine and user from having such a network; empty if nothing does. */
    public static Optional<String> obstacle() {
        for (String program : List.of("ip", "nft", "nsenter")) {
            if (Tool.find(program).isEmpty()) {
                return Optional.of("the program " + program + " is missing");
            }
        }
        return Files.isWritable(FORWARDING) ? Optional.empty() : Optional.of("it needs root");
    }

    @Override
    public boolean isolates() {
        return true;
    }

    @Override
    public synchronized void start() throws IOException {
        if (!Files.readString(FORWARDING).strip().equals("1")) {
            Files.writeString(FORWARDING, "1\n");
        }
        List<String> batch = new ArrayList<>();
        String device = names.rangeDevice();
        if (!exists(device)) {
            // Nothing is ever plugged into it. A dummy device would do, but not every kernel has
            // one.
            batch.add("link add " + device + " type bridge");
        }
        String own = own();
        batch.add("link set " + device + " up");
        batch.add("addr replace " + own + "/32 dev " + device);
        batch.add(
                "route replace %s dev %s src %s metric %d"
                        .formatted(config.serviceCidr(), device, own, names.metric()));
        batch.add(
                "route replace unreachable %s metric %d"
                        .formatted(config.clusterCidr(), names.metric()));
        batch(batch);
        rules.apply(config);
        ports.start();
    }

    @Override
    public PodAddress attach(PodKey pod, NetworkNamespace namespace) throws IOException {
        if (!(namespace instanceof NetworkNamespace.OfProcess process)) {
            throw new IOException("pod " + pod + " has no network of its own");
        }
        PodAddress address = new PodAddress(allocations.allocate(pod));
        String device = names.podDevice(address.ip());
        if (exists(device)) {
            if (check(pod, namespace).isEmpty()) {
                return address;
            }
            batch(List.of("link del " + device));
        }
        connect(address, device, process);
        return address;
    }

    private void connect(PodAddress address, String device, NetworkNamespace.OfProcess namespace)
            throws IOException {
        String mac = mac(address.ip());
        batch(
                List.of(
                        "link add %s mtu %d address %s type veth peer name eth0 mtu %d address %s netns %d"
                                .formatted(
                                        device,
                                        Mtu.ofDefaultRoute(),
                                        HOST_MAC,
                                        Mtu.ofDefaultRoute(),
                                        mac,
                                        namespace.pid()),
                        "link set " + device + " up",
                        "neigh replace %s lladdr %s dev %s nud permanent"
                                .formatted(address.text(), mac, device),
                        "route replace %s/32 dev %s src %s"
                                .formatted(address.text(), device, own())));
        inside(
                namespace,
                List.of(
                        "link set lo up",
                        "link set eth0 up",
                        "addr add " + address.text() + "/32 dev eth0",
                        "route add " + GATEWAY + " dev eth0 scope link",
                        "neigh replace %s lladdr %s dev eth0 nud permanent"
                                .formatted(GATEWAY, HOST_MAC),
                        "route add default via " + GATEWAY + " dev eth0"));
    }

    @Override
    public void publish(PodKey pod, List<HostPort> wanted) throws IOException {
        Optional<InetAddress> address = allocations.find(pod.uid());
        if (address.isPresent()) {
            ports.publish(address.get(), wanted);
        }
    }

    @Override
    public void detach(PodKey pod) throws IOException {
        Optional<InetAddress> address = allocations.find(pod.uid());
        if (address.isPresent()) {
            ports.withdraw(address.get());
            String device = names.podDevice(address.get());
            if (exists(device) && !ip.succeeds("link", "del", device) && exists(device)) {
                throw new IOException("can't remove the device " + device);
            }
            allocations.release(pod.uid());
        }
    }

    @Override
    public Optional<String> check(PodKey pod, NetworkNamespace namespace) throws IOException {
        Optional<InetAddress> address = allocations.find(pod.uid());
        if (address.isEmpty()) {
            return Optional.of("the pod has no address");
        }
        String device = names.podDevice(address.get());
        if (!exists(device)) {
            return Optional.of("the device " + device + " is gone");
        }
        if (!(namespace instanceof NetworkNamespace.OfProcess process)) {
            return Optional.of("the pod has no network of its own");
        }
        String found =
                nsenter.run(
                        "--net=" + process.path(), ip.path(), "-4", "-o", "addr", "show", "eth0");
        return found.contains(" " + address.get().getHostAddress() + "/32 ")
                ? Optional.empty()
                : Optional.of("the pod's namespace lacks its address");
    }

    @Override
    public Map<String, PodAddress> addresses() {
        return allocations.all();
    }

    @Override
    public synchronized void peers(Collection<PeerRoute> peers) throws IOException {
        List<PeerRoute> elsewhere = new ArrayList<>();
        for (PeerRoute peer : peers) {
            // A node on this very machine: each of its pods has a route of its own.
            if (NetworkInterface.getByInetAddress(peer.via()) == null) {
                elsewhere.add(peer);
            }
        }
        Set<String> wanted = elsewhere.stream().map(PeerRoute::podCidr).collect(Collectors.toSet());
        List<String> batch = new ArrayList<>();
        for (PeerRoute peer : elsewhere) {
            batch.add(
                    "route replace %s via %s metric %d proto %s"
                            .formatted(
                                    peer.podCidr(),
                                    peer.via().getHostAddress(),
                                    names.metric(),
                                    ROUTE_PROTOCOL));
        }
        for (String route : ownRoutes()) {
            if (!wanted.contains(route)) {
                batch.add("route del %s metric %d".formatted(route, names.metric()));
            }
        }
        batch(batch);
    }

    private List<String> ownRoutes() throws IOException {
        return ip.run("-4", "route", "show", "proto", ROUTE_PROTOCOL)
                .lines()
                .filter(l -> (l + " ").contains(" metric " + names.metric() + " "))
                .map(l -> l.substring(0, l.indexOf(' ')))
                .toList();
    }

    @Override
    public void removeAll() throws IOException {
        remove(config.clusterId(), config.nodeName());
        allocations.clear();
    }

    /**
     * Removes what a node has made on this machine, also if it is dead and nobody knows its ranges.
     */
    public static void remove(String clusterId, String nodeName) throws IOException {
        BridgeNames names = BridgeNames.of(clusterId, nodeName);
        Tool ip = Tool.need("ip", "iproute2");
        List<String> devices =
                NetworkInterface.networkInterfaces()
                        .map(NetworkInterface::getName)
                        .filter(d ->
                                d.equals(names.rangeDevice())
                                        || d.startsWith(names.podDevicePrefix()))
                        .toList();
        for (String device : devices) {
            if (!ip.succeeds("link", "del", device) && exists(device)) {
                throw new IOException("can't remove the device " + device);
            }
        }
        String metric = " metric " + names.metric() + " ";
        for (String route : ip.run("-4", "route", "show").lines().toList()) {
            if ((route + " ").contains(metric)) {
                List<String> arguments = new ArrayList<>(List.of("route", "del"));
                arguments.addAll(List.of(route.strip().split(" +")));
                ip.run("", arguments);
            }
        }
        new FilterRules(names).remove();
        new PortRules(names).remove();
    }

    @Override
    public void close() {
        // Nothing is held: the kernel keeps it all.
    }

    private String own() {
        return config.podCidr().address(1).getHostAddress();
    }

    private static String mac(InetAddress address) {
        int number = Cidr.number(address);
        return "0a:58:%02x:%02x:%02x:%02x"
                .formatted(
                        number >>> 24 & 0xff,
                        number >>> 16 & 0xff,
                        number >>> 8 & 0xff,
                        number & 0xff);
    }

    /** Asked of the kernel: {@code /sys} may show another network namespace's devices. */
    private static boolean exists(String device) throws IOException {
        return NetworkInterface.getByName(device) != null;
    }

    private void batch(List<String> lines) throws IOException {
        if (!lines.isEmpty()) {
            ip.run(String.join("\n", lines) + "\n", List.of("-batch", "-"));
        }
    }

    private void inside(NetworkNamespace.OfProcess namespace, List<String> lines)
            throws IOException {
        nsenter.run(
                String.join("\n", lines) + "\n",
                List.of("--net=" + namespace.path(), ip.path(), "-batch", "-"));
    }
}
