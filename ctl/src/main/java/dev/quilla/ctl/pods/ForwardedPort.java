package dev.quilla.ctl.pods;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A port as people name it: {@code 8080}, {@code 8080:80}, {@code :80}, {@code 8080:http}.
 *
 * @param local where to listen; 0 for a port that is free, empty for the same as the pod's
 * @param remote a number, or a name that the pod or the service gives it
 */
record ForwardedPort(Optional<Integer> local, String remote) {

    private static final int PORT_MAX = 65_535;

    /**
     * Reads it.
     *
     * @throws UsageException if it is none
     */
    static ForwardedPort parse(String text) {
        String[] parts = text.split(":", -1);
        String remote = parts[parts.length - 1];
        boolean named = remote.matches("[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?");
        if (parts.length > 2 || !named || (isNumber(remote) && number(remote).isEmpty())) {
            throw wrong(text);
        }
        if (parts.length == 1) {
            return new ForwardedPort(Optional.empty(), remote);
        }
        if (parts[0].isEmpty()) {
            return new ForwardedPort(Optional.of(0), remote);
        }
        return new ForwardedPort(
                Optional.of(number(parts[0]).orElseThrow(() -> wrong(text))), remote);
    }

    private static UsageException wrong(String text) {
        return new UsageException(
                "'%s' is no port to forward: use PORT, LOCAL:REMOTE or :REMOTE".formatted(text));
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d+");
    }

    private static Optional<Integer> number(String text) {
        return Optional.of(text)
                .filter(t -> t.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .filter(n -> n > 0 && n <= PORT_MAX);
    }

    /** Where to listen, once the pod's port is known; 0 for a port that is free. */
    int localFor(int port) {
        return local.orElse(port);
    }

    /**
     * The pod's port that is meant.
     *
     * @throws CommandException if the pod names none so
     */
    int in(Tree pod) {
        return number(remote).orElseGet(() -> named(pod, remote));
    }

    /**
     * The pod's port that is meant by a service's port.
     *
     * @throws CommandException if the service has no such port, or the pod names none as it says
     */
    int through(Tree service, Tree pod) {
        Tree port =
                service.trees("spec", "ports").stream()
                        .filter(p -> p.text("name").equals(remote) || p.text("port").equals(remote))
                        .findFirst()
                        .orElseThrow(() ->
                                new CommandException(
                                        "service %s has no port %s: it has %s"
                                                .formatted(
                                                        service.name(), remote, ports(service))));
        if (service.text("spec", "clusterIP").equals("None")) {
            return (int) port.number("port");
        }
        String target = port.textOr(port.text("port"), "targetPort");
        return number(target).orElseGet(() -> named(pod, target));
    }

    private static String ports(Tree service) {
        return String.join(
                ", ", service.trees("spec", "ports").stream().map(p -> p.text("port")).toList());
    }

    private static int named(Tree pod, String name) {
        return Stream.of("containers", "initContainers")
                .flatMap(kind -> pod.trees("spec", kind).stream())
                .flatMap(container -> container.trees("ports").stream())
                .filter(port -> port.text("name").equals(name))
                .map(port -> (int) port.number("containerPort"))
                .findFirst()
                .orElseThrow(() ->
                        new CommandException(
                                "pod %s has no port named %s".formatted(pod.name(), name)));
    }
}
