package dev.quilla.scheduler.plugins;

import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a host port of a node to one pod only. */
final class NodePorts implements SchedulingPolicy {

    private record HostPort(String ip, String protocol, int port) {

        boolean clashes(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (isWild(ip) || isWild(other.ip) || ip.equals(other.ip));
        }

        private static boolean isWild(String ip) {
            return ip.isEmpty() || ip.equals("0.0.0.0") || ip.equals("::");
        }
    }

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public Verdict filter(PodView pod, NodeView node) {
        List<HostPort> wanted = hostPorts(pod.pod());
        if (wanted.isEmpty()) {
            return Verdict.accept();
        }
        boolean clash =
                node.pods().stream()
                        .flatMap(p -> hostPorts(p.pod()).stream())
                        .anyMatch(used -> wanted.stream().anyMatch(used::clashes));
        return clash
                ? Verdict.reject("node(s) didn't have free ports for the requested pod ports")
                : Verdict.accept();
    }

    @Override
    public Optional<Object> shape(PodView pod) {
        return Optional.of(hostPorts(pod.pod()));
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodView rejected) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.POD_GONE;
    }

    private static List<HostPort> hostPorts(Pod pod) {
        List<HostPort> result = new ArrayList<>();
        for (Container container : pod.spec().containers()) {
            for (ContainerPort port : container.ports()) {
                if (port.hostPort() > 0) {
                    String protocol = port.protocol().isEmpty() ? "TCP" : port.protocol();
                    result.add(new HostPort(port.hostIP(), protocol, port.hostPort()));
                }
            }
        }
        return result;
    }
}
