package dev.quilla.apiserver.kinds;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.EnvVar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What of a pod's containers is allowed and likely meant in another way. */
final class ContainerWarnings {

    private static final List<String> BYTES = List.of("memory", "ephemeral-storage");

    private final Consumer<String> tell;
    private final List<Port> ports = new ArrayList<>();
    private final Map<String, String> portNames = new HashMap<>();

    ContainerWarnings(Consumer<String> tell) {
        this.tell = tell;
    }

    private record Port(String at, ContainerPort port) {

        boolean isSame(Port other) {
            return port.containerPort() == other.port.containerPort()
                    && port.protocol().equals(other.port.protocol());
        }
    }

    /** Looks at one after the other: the ports of all of them are the pod's. */
    void check(Container container, String at) {
        amounts(container.resources().limits(), at + ".resources.limits", tell);
        amounts(container.resources().requests(), at + ".resources.requests", tell);
        variables(container.env(), at + ".env");
        for (int i = 0; i < container.ports().size(); i++) {
            port(container.ports().get(i), at + ".ports[" + i + "]");
        }
    }

    /** Parts of bytes. */
    static void amounts(Map<String, Quantity> amounts, String at, Consumer<String> tell) {
        for (String resource : BYTES) {
            Quantity amount = amounts.getOrDefault(resource, Quantity.ZERO);
            if (isFraction(amount)) {
                tell.accept(fraction(at, resource, amount));
            }
        }
    }

    static boolean isFraction(Quantity amount) {
        return amount.milliValue() % 1000 != 0;
    }

    static String fraction(String at, String resource, Quantity amount) {
        return "%s[%s]: fractional byte value \"%s\" is invalid, must be an integer"
                .formatted(at, resource, amount);
    }

    /** Variables that are there twice, unless the second is made of the first. */
    private void variables(List<EnvVar> variables, String at) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < variables.size(); i++) {
            EnvVar variable = variables.get(i);
            if (seen.add(variable.name())) {
                continue;
            }
            String reference = "$(" + variable.name() + ")";
            boolean extended =
                    !variable.hasValueFrom()
                            && variable.value().contains(reference)
                            && !variable.value().equals(reference);
            if (!extended) {
                tell.accept(
                        ("%s[%d]: hides previous definition of \"%s\", which may be dropped when"
                                        + " using apply")
                                .formatted(at, i, variable.name()));
            }
        }
    }

    private void port(ContainerPort port, String at) {
        if (!port.hostIP().isEmpty() && port.hostPort() == 0) {
            tell.accept(
                    ("%s: hostIP set without hostPort: {Name:%s HostPort:0 ContainerPort:%d"
                                    + " Protocol:%s HostIP:%s}")
                            .formatted(
                                    at,
                                    port.name(),
                                    port.containerPort(),
                                    port.protocol(),
                                    port.hostIP()));
        }
        Port here = new Port(at, port);
        ports.stream().filter(here::isSame).forEach(other -> meeting(here, other));
        ports.add(here);
        if (!port.name().isEmpty()) {
            String other = portNames.putIfAbsent(port.name(), at);
            if (other != null) {
                tell.accept(
                        ("%s: duplicate port name \"%s\" with %s, services and probes that select"
                                        + " ports by name will use %s")
                                .formatted(at, port.name(), other, other));
            }
        }
    }

    private void meeting(Port here, Port there) {
        ContainerPort a = here.port();
        ContainerPort b = there.port();
        boolean oneAddress = a.hostIP().isEmpty() != b.hostIP().isEmpty();
        if (a.hostIP().equals(b.hostIP()) && a.hostPort() == b.hostPort()) {
            tell.accept(here.at() + ": duplicate port definition with " + there.at());
        } else if (a.hostPort() == 0 || b.hostPort() == 0) {
            tell.accept(here.at() + ": overlapping port definition with " + there.at());
        } else if (a.hostPort() == b.hostPort() && oneAddress) {
            tell.accept(here.at() + ": dangerously ambiguous port definition with " + there.at());
        }
    }
}
