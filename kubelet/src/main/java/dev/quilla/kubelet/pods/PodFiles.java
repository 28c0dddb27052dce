package dev.quilla.kubelet.pods;

import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodDNSConfigOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The texts of a pod's {@code /etc/hosts} and {@code /etc/resolv.conf}. */
final class PodFiles {

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private PodFiles() {}

    /** The name that a pod's programs see as the machine's. */
    static String hostname(Pod pod) {
        String name = pod.spec().hostname().isEmpty() ? pod.name() : pod.spec().hostname();
        // The kernel has room for 64 bytes, and a label ends at 63.
        String cut = name.length() > 63 ? name.substring(0, 63) : name;
        return cut.replaceAll("[.-]+$", "");
    }

    static String hosts(Pod pod, String address, NodeFacts node) {
        StringBuilder text =
                new StringBuilder(
                        """
                        # Written by Quilla for this pod.
                        127.0.0.1\tlocalhost
                        ::1\tlocalhost ip6-localhost ip6-loopback
                        """);
        String hostname = hostname(pod);
        text.append(address).append('\t');
        if (!pod.spec().subdomain().isEmpty()) {
            text.append(
                    "%s.%s.%s.svc.%s\t"
                            .formatted(
                                    hostname,
                                    pod.spec().subdomain(),
                                    pod.namespace(),
                                    node.clusterDomain()));
        }
        text.append(hostname).append('\n');
        pod.spec()
                .hostAliases()
                .forEach(a ->
                        text.append(a.ip())
                                .append('\t')
                                .append(String.join("\t", a.hostnames()))
                                .append('\n'));
        return text.toString();
    }

    /** Empty leaves the machine's own. */
    static String resolvConf(Pod pod, NodeFacts node) throws IOException {
        List<String> servers = new ArrayList<>();
        List<String> searches = new ArrayList<>();
        List<String> options = new ArrayList<>();
        switch (pod.spec().dnsPolicy()) {
            case "None" -> {}
            case "Default" -> machine(servers, searches, options);
            default -> {
                boolean ofCluster =
                        !node.clusterDns().isEmpty()
                                && (!pod.spec().hostNetwork()
                                        || pod.spec()
                                                .dnsPolicy()
                                                .equals("ClusterFirstWithHostNet"));
                if (ofCluster) {
                    cluster(pod, node, servers, searches, options);
                } else {
                    machine(servers, searches, options);
                }
            }
        }
        servers.addAll(pod.spec().dnsConfig().nameservers());
        searches.addAll(pod.spec().dnsConfig().searches());
        pod.spec().dnsConfig().options().stream().map(PodFiles::option).forEach(options::add);
        if (servers.isEmpty() && searches.isEmpty() && options.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        servers.forEach(s -> text.append("nameserver ").append(s).append('\n'));
        if (!searches.isEmpty()) {
            text.append("search ").append(String.join(" ", searches)).append('\n');
        }
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }

    private static void cluster(
            Pod pod,
            NodeFacts node,
            List<String> servers,
            List<String> searches,
            List<String> options)
            throws IOException {
        servers.addAll(node.clusterDns());
        String services = "svc." + node.clusterDomain();
        searches.addAll(List.of(pod.namespace() + "." + services, services, node.clusterDomain()));
        machine(new ArrayList<>(), searches, new ArrayList<>());
        options.add("ndots:5");
    }

    private static void machine(List<String> servers, List<String> searches, List<String> options)
            throws IOException {
        if (!Files.isReadable(RESOLV_CONF)) {
            return;
        }
        for (String line : Files.readAllLines(RESOLV_CONF)) {
            List<String> words = List.of(line.strip().split("\\s+"));
            List<String> values = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "nameserver" -> servers.addAll(values);
                case "search", "domain" -> searches.addAll(values);
                case "options" -> options.addAll(values);
                default -> {}
            }
        }
    }

    private static String option(PodDNSConfigOption option) {
        return option.value().isEmpty() ? option.name() : option.name() + ":" + option.value();
    }
}
