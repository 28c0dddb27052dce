package dev.quilla.kubelet.probes;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ExecResult;
import dev.quilla.model.IntOrString;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.HTTPGetAction;
import dev.quilla.model.core.v1.Probe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks once, the way that a probe says. Blocks for as long as its time-out at the most. */
public final class ProbeRunner {

    private static final int OUTPUT_MAX = 10 << 10;

    private final Container container;
    private final String address;
    private final ContainerRuntime runtime;
    private final ContainerId id;

    /**
     * Looks at a running container.
     *
     * @param address the pod's
     */
    public ProbeRunner(
            Container container, String address, ContainerRuntime runtime, ContainerId id) {
        this.container = container;
        this.address = address;
        this.runtime = runtime;
        this.id = id;
    }

    /** The look that a probe asks for. */
    public Look of(Probe probe) {
        return () -> problem(probe).<Finding>map(Finding.Wrong::new).orElseGet(Finding.Fine::new);
    }

    private Optional<String> problem(Probe probe) throws InterruptedException {
        Duration timeout = Duration.ofSeconds(Math.max(1, probe.timeoutSeconds()));
        try {
            if (probe.hasTcpSocket()) {
                String host = probe.tcpSocket().host();
                return tcp(
                        host.isEmpty() ? address : host, port(probe.tcpSocket().port()), timeout);
            }
            if (probe.hasHttpGet()) {
                return get(probe.httpGet(), timeout);
            }
            if (probe.hasExec()) {
                return exec(probe.exec().command(), timeout);
            }
            if (probe.hasGrpc()) {
                return GrpcHealth.problem(
                        address, probe.grpc().port(), probe.grpc().service(), timeout);
            }
            return Optional.of("the probe says nothing of how to look");
        } catch (IOException | IllegalArgumentException | ContainerRuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private int port(Optional<IntOrString> port) {
        IntOrString wanted =
                port.orElseThrow(() -> new IllegalArgumentException("the probe names no port"));
        return wanted.asInt()
                .orElseGet(() ->
                        container.ports().stream()
                                .filter(p -> p.name().equals(wanted.toString()))
                                .mapToInt(ContainerPort::containerPort)
                                .findFirst()
                                .orElseThrow(() ->
                                        new IllegalArgumentException("no port named " + wanted)));
    }

    private static Optional<String> tcp(String host, int port, Duration timeout)
            throws IOException {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return Optional.empty();
        }
    }

    /** Asks by HTTP: what is wrong with the answer; empty if nothing is. */
    public Optional<String> get(HTTPGetAction action, Duration timeout) {
        try {
            return ask(action, timeout);
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> ask(HTTPGetAction action, Duration timeout)
            throws IOException, URISyntaxException {
        String host = action.host().isEmpty() ? address : action.host();
        String path = action.path().startsWith("/") ? action.path() : "/" + action.path();
        URI uri =
                new URI(
                        action.scheme().equals("HTTPS") ? "https" : "http",
                        null,
                        host,
                        port(action.port()),
                        null,
                        null,
                        null);
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(uri + path).toURL().openConnection(Proxy.NO_PROXY);
        TrustAll.apply(connection);
        connection.setConnectTimeout((int) timeout.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("User-Agent", "kube-probe/1.36");
        action.httpHeaders().forEach(h -> connection.addRequestProperty(h.name(), h.value()));
        try {
            int code = connection.getResponseCode();
            return code >= 200 && code < 400
                    ? Optional.empty()
                    : Optional.of("HTTP probe failed with statuscode: " + code);
        } finally {
            connection.disconnect();
        }
    }

    private Optional<String> exec(List<String> command, Duration timeout)
            throws InterruptedException {
        ExecResult result = runtime.run(id, command, timeout, OUTPUT_MAX);
        if (result.timedOut()) {
            return Optional.of("command timed out after " + timeout.toSeconds() + "s");
        }
        return result.exitCode() == 0
                ? Optional.empty()
                : Optional.of(
                        result.output().isBlank()
                                ? "command exited with " + result.exitCode()
                                : result.output().strip());
    }
}
