package dev.quilla.kubelet;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpHandler;
import dev.quilla.kubelet.pods.PodManager;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.ExecSpec;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.LogStream;
import dev.quilla.kubelet.runtime.Logs;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.stats.StatsSummary;
import dev.quilla.kubelet.streaming.Dial;
import dev.quilla.kubelet.streaming.PodPorts;
import dev.quilla.kubelet.streaming.PortForward;
import dev.quilla.kubelet.streaming.RemoteCommand;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Pod;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What the masters ask of a kubelet. Only they may: their certificates name a group of its own. */
final class KubeletServer implements HttpHandler {

    private static final String MASTERS = "O=quilla:kubelet-api";

    private final PodManager pods;
    private final ContainerRuntime runtime;
    private final StatsSummary stats;
    private final PodPorts node;
    private final InstantSource clock;

    /**
     * Answers for these.
     *
     * @param node the ports of the node itself
     */
    KubeletServer(
            PodManager pods,
            ContainerRuntime runtime,
            StatsSummary stats,
            PodPorts node,
            InstantSource clock) {
        this.pods = pods;
        this.runtime = runtime;
        this.stats = stats;
        this.node = node;
        this.clock = clock;
    }

    /** A question that can't be answered, with its HTTP status. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int code;

        Refused(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        boolean master =
                exchange.clientCertificate()
                        .map(c -> c.getSubjectX500Principal().getName())
                        .filter(n -> List.of(n.split(",")).contains(MASTERS))
                        .isPresent();
        if (!master) {
            text(exchange, 401, "only the masters may ask");
            return;
        }
        try {
            answer(exchange, List.of(exchange.path().substring(1).split("/")));
        } catch (Refused e) {
            text(exchange, e.code, String.valueOf(e.getMessage()));
        } catch (ContainerRuntimeException e) {
            text(exchange, 500, e.getMessage());
        }
    }

    private void answer(HttpExchange exchange, List<String> path)
            throws IOException, InterruptedException {
        if (path.equals(List.of("healthz"))) {
            text(exchange, 200, "ok");
        } else if (path.equals(List.of("stats", "summary"))) {
            exchange.respond(
                    200,
                    Headers.of("Content-Type", "application/json"),
                    JsonTree.write(stats.now()));
        } else if (path.getFirst().equals("containerLogs") && path.size() == 4) {
            logs(exchange, pod(path), path.get(3));
        } else if (path.getFirst().equals("exec") && path.size() == 4) {
            exec(exchange, pod(path), path.get(3));
        } else if (path.getFirst().equals("attach") && path.size() == 4) {
            attach(exchange, pod(path), path.get(3));
        } else if (path.getFirst().equals("portForward") && path.size() == 3) {
            forward(exchange, pod(path));
        } else if (path.getFirst().equals("dial") && path.size() == 4) {
            dial(exchange, ports(pod(path)), path.get(3));
        } else if (path.getFirst().equals("dial") && path.size() == 2) {
            dial(exchange, node, path.get(1));
        } else {
            throw new Refused(404, "a kubelet has no " + exchange.path());
        }
    }

    private Pod pod(List<String> path) {
        ObjectKey key = new ObjectKey(path.get(1), path.get(2));
        return pods.find(key)
                .orElseThrow(() -> new Refused(404, "pod " + key + " is not on this node"));
    }

    private void logs(HttpExchange exchange, Pod pod, String name) throws IOException {
        boolean previous = isTrue(exchange, "previous");
        LogOptions options = options(exchange);
        RuntimeContainer container =
                pods.container(pod, name, previous).orElseThrow(() -> noLog(pod, name, previous));
        try (LogStream log = runtime.logs(container.id(), options)) {
            exchange.onCancel(log::close);
            try (OutputStream out =
                    exchange.stream(200, Headers.of("Content-Type", "text/plain"))) {
                Logs.copy(log, options, out);
            }
        }
    }

    private void exec(HttpExchange exchange, Pod pod, String name)
            throws IOException, InterruptedException {
        List<String> command = exchange.query().getOrDefault("command", List.of());
        if (command.isEmpty()) {
            throw new Refused(400, "you must specify at least 1 command for the container");
        }
        RuntimeContainer container = running(pod, name);
        RemoteCommand.Streams streams = streams(exchange);
        carry(
                exchange,
                streams,
                () ->
                        runtime.exec(
                                container.id(),
                                new ExecSpec(command, streams.tty(), streams.stdin())));
    }

    private void attach(HttpExchange exchange, Pod pod, String name)
            throws IOException, InterruptedException {
        RuntimeContainer container = running(pod, name);
        carry(exchange, streams(exchange), () -> runtime.attach(container.id()));
    }

    private void forward(HttpExchange exchange, Pod pod) throws IOException {
        if (!PortForward.serve(exchange, ports(pod))) {
            throw new Refused(400, "port-forward needs an upgrade to a WebSocket or SPDY/3.1");
        }
    }

    private static void dial(HttpExchange exchange, PodPorts ports, String port)
            throws IOException {
        try {
            if (!Dial.serve(exchange, ports, PortForward.port(port))) {
                throw new Refused(400, "a connection to a port needs an upgrade to tcp");
            }
        } catch (ConnectException e) {
            throw new Refused(
                    502, "port %s of %s: %s".formatted(port, ports.name(), e.getMessage()));
        }
    }

    private PodPorts ports(Pod pod) {
        Sandbox sandbox =
                pods.sandbox(pod)
                        .orElseThrow(() ->
                                new Refused(404, "pod \"" + pod.name() + "\" is not running"));
        return new SandboxPorts(pod, sandbox.id(), runtime);
    }

    private static void carry(
            HttpExchange exchange, RemoteCommand.Streams streams, Supplier<ExecSession> program)
            throws IOException, InterruptedException {
        if (!RemoteCommand.serve(exchange, streams, program)) {
            throw new Refused(
                    exchange.headers().contains("Connection", "upgrade") ? 403 : 400,
                    "exec and attach need an upgrade: spoken here are "
                            + RemoteCommand.protocols());
        }
    }

    private RuntimeContainer running(Pod pod, String name) {
        return pods.container(pod, name, false)
                .filter(RuntimeContainer::running)
                .orElseThrow(() ->
                        new Refused(
                                404,
                                "container \"%s\" in pod \"%s\" is not running"
                                        .formatted(name, pod.name())));
    }

    private static RemoteCommand.Streams streams(HttpExchange exchange) {
        return new RemoteCommand.Streams(
                isTrue(exchange, "stdin"),
                isTrue(exchange, "stdout"),
                isTrue(exchange, "stderr"),
                isTrue(exchange, "tty"));
    }

    private static Refused noLog(Pod pod, String name, boolean previous) {
        return new Refused(
                400,
                previous
                        ? "previous terminated container \"%s\" in pod \"%s\" not found"
                                .formatted(name, pod.name())
                        : "container \"%s\" in pod \"%s\" is waiting to start: ContainerCreating"
                                .formatted(name, pod.name()));
    }

    private LogOptions options(HttpExchange exchange) {
        Optional<Instant> since = text(exchange, "sinceTime").map(KubeletServer::time);
        OptionalLong seconds = number(exchange, "sinceSeconds");
        if (seconds.isPresent()) {
            since = Optional.of(clock.instant().minusSeconds(seconds.getAsLong()));
        }
        return new LogOptions(
                isTrue(exchange, "follow"),
                number(exchange, "tailLines"),
                since,
                number(exchange, "limitBytes"),
                isTrue(exchange, "timestamps"));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw new Refused(400, "sinceTime is no time: " + text);
        }
    }

    private static Optional<String> text(HttpExchange exchange, String name) {
        return exchange.query().getOrDefault(name, List.of()).stream()
                .findFirst()
                .filter(v -> !v.isEmpty());
    }

    private static boolean isTrue(HttpExchange exchange, String name) {
        return text(exchange, name).filter(v -> v.equals("true") || v.equals("1")).isPresent();
    }

    private static OptionalLong number(HttpExchange exchange, String name) {
        Optional<String> text = text(exchange, name);
        try {
            return text.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(text.get()));
        } catch (NumberFormatException _) {
            throw new Refused(400, name + " is no number: " + text.get());
        }
    }

    private static void text(HttpExchange exchange, int code, String text) throws IOException {
        exchange.respond(
                code,
                Headers.of("Content-Type", "text/plain"),
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
