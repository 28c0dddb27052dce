package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.TransportException;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code quilla port-forward}. Each connection has a tunnel of its own, so none waits for another,
 * and one that breaks takes none with it.
 */
@Command(
        name = "port-forward",
        description = "Makes ports of a pod ports of this machine, until it is interrupted.")
public final class PortForwardVerb extends Verb {

    private static final int CONNECTIONS_MAX = 256;
    private static final String LOCALHOST = "localhost";

    /** Whatever the machine's resolver thinks of that name. */
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");

    @Parameters(index = "0", paramLabel = "POD|TYPE/NAME")
    private String word = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "[LOCAL]:REMOTE|PORT")
    private List<String> ports = List.of();

    @Option(
            names = "--address",
            split = ",",
            paramLabel = "ADDRESS",
            description = "Where to listen; localhost by default.")
    private List<String> addresses = List.of(LOCALHOST);

    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final List<ServerSocket> listeners = new ArrayList<>();

    /** Made for one run. */
    public PortForwardVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        List<ForwardedPort> wanted = ports.stream().map(ForwardedPort::parse).toList();
        Tree pod = new PodChoice(cluster()).one(word).pod();
        String phase = pod.text("status", "phase");
        if (!phase.equals("Running")) {
            throw new CommandException(
                    "pod %s does not run: it is %s".formatted(pod.name(), phase));
        }
        Optional<Tree> service = service();
        try {
            for (ForwardedPort port : wanted) {
                int remote = service.map(s -> port.through(s, pod)).orElseGet(() -> port.in(pod));
                listen(pod, port.localFor(remote), remote);
            }
            out().flush();
            return end.join();
        } finally {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
        }
    }

    /** The service whose ports are meant, where it is a service's. */
    private Optional<Tree> service() throws IOException {
        if (!word.contains("/")) {
            return Optional.empty();
        }
        Target target = Target.parseNamed(List.of(word), cluster().discovery()).getFirst();
        return target.resource().kind().equals("Service")
                ? Optional.of(
                        cluster().get(target.resource().path(cluster().namespace(), target.name())))
                : Optional.empty();
    }

    /** The same port at every address; an IPv6 one of localhost's may be missing. */
    private void listen(Tree pod, int local, int remote) throws IOException {
        int port = local;
        for (String name : addresses) {
            boolean first = true;
            for (String one : name.equals(LOCALHOST) ? LOOPBACK : List.of(name)) {
                Optional<ServerSocket> listener = bind(InetAddress.getByName(one), port, !first);
                if (listener.isPresent()) {
                    port = listener.get().getLocalPort();
                    accept(pod, listener.get(), remote);
                }
                first = false;
            }
        }
    }

    private Optional<ServerSocket> bind(InetAddress address, int port, boolean mayFail)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(address, port));
            return Optional.of(listener);
        } catch (SocketException e) {
            listener.close();
            if (mayFail) {
                return Optional.empty();
            }
            throw new CommandException(
                    "can't listen at %s port %d (%s): choose another with LOCAL:REMOTE"
                            .formatted(address.getHostAddress(), port, e.getMessage()));
        }
    }

    private void accept(Tree pod, ServerSocket listener, int remote) {
        listeners.add(listener);
        out().printf(
                        "Forwarding from %s -> %d%n",
                        text((InetSocketAddress) listener.getLocalSocketAddress()), remote);
        Thread.ofVirtual().name("listen-" + remote).start(() -> acceptAll(pod, listener, remote));
    }

    private static String text(InetSocketAddress at) {
        String host = at.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host.replaceAll("^0(:0)+:", "::") + "]" : host)
                + ":"
                + at.getPort();
    }

    private void acceptAll(Tree pod, ServerSocket listener, int remote) {
        try {
            while (true) {
                connections.acquire();
                Socket client = listener.accept();
                Thread.ofVirtual()
                        .name("forward-" + remote)
                        .start(() -> forward(pod, client, remote));
            }
        } catch (IOException e) {
            // Closed at the end; a listener that broke before ends the command.
            end.complete(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(Tree pod, Socket client, int remote) {
        ApiRequest request =
                ApiRequest.get(
                                "/api/v1/namespaces/%s/pods/%s/portforward"
                                        .formatted(pod.namespace(), pod.name()))
                        .withQuery("ports", Integer.toString(remote));
        try (client;
                WebSocketLink link = WebSocketLink.open(cluster(), request, PortTunnel.PROTOCOL);
                PortTunnel tunnel = new PortTunnel(link, remote)) {
            Thread up = Thread.ofVirtual().start(() -> sendUp(client, tunnel));
            tunnel.receiveAll(client.getOutputStream(), client::shutdownOutput)
                    .ifPresent(this::complain);
            client.close();
            up.join();
        } catch (ApiException e) {
            // The pod is gone, or nobody may: that is so for the next connection too.
            err().println(Failures.line(e));
            end.complete(1);
        } catch (TransportException e) {
            err().println(Failures.line(e));
        } catch (IOException e) {
            // One side hung up, as programs do.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.release();
        }
    }

    private void sendUp(Socket client, PortTunnel tunnel) {
        try {
            tunnel.sendAll(client.getInputStream());
        } catch (IOException e) {
            // The client hung up without a word: so does its connection in the pod.
            tunnel.close();
        }
    }

    private void complain(String why) {
        err().println("quilla: " + why);
    }
}
