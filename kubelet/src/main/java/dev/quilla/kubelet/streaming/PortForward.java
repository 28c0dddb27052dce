package dev.quilla.kubelet.streaming;

import dev.quilla.http.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Forwards a client's connections to ports of a pod. Over SPDY the client opens two streams for
 * each: one for errors, one for the bytes, which a number of the request keeps together.
 */
public final class PortForward {

    private static final String PROTOCOL = "portforward.k8s.io";

    private final PodPorts pod;

    /** Streams whose other half is still to come; for the connection's reader only. */
    private final Map<String, SpdyStream> halves = new HashMap<>();

    private PortForward(PodPorts pod) {
        this.pod = pod;
    }

    /**
     * Forwards until the client leaves.
     *
     * @return false, with nothing said yet, if the client asks for no protocol that is spoken here
     */
    public static boolean serve(HttpExchange exchange, PodPorts pod) throws IOException {
        if (exchange.asksForWebSocket()
                && exchange.webSocketProtocols().contains(ChannelForward.PROTOCOL)) {
            ChannelForward.serve(exchange, pod);
            return true;
        }
        Optional<Carrier.Offer> offer = Carrier.offer(exchange, List.of(PROTOCOL));
        if (offer.isPresent()) {
            serve(exchange, offer.get().accept(exchange), pod);
        }
        return offer.isPresent();
    }

    private static void serve(HttpExchange exchange, Carrier carrier, PodPorts pod)
            throws IOException {
        PortForward forward = new PortForward(pod);
        try (SpdyConnection connection =
                new SpdyConnection(carrier, SpdyConnection.IDLE_MAX, forward::opened)) {
            exchange.onCancel(connection::close);
            connection.serve();
        }
    }

    private void opened(SpdyStream stream) {
        String type = stream.header("streamtype").orElse("");
        if (!List.of("error", "data").contains(type)) {
            stream.close();
            return;
        }
        String request = stream.header("requestid").orElseGet(() -> request(stream, type));
        String other = (type.equals("data") ? "error" : "data") + request;
        SpdyStream half = halves.remove(other);
        if (half == null) {
            halves.values().removeIf(SpdyStream::isOver);
            Optional.ofNullable(halves.put(type + request, stream)).ifPresent(SpdyStream::close);
        } else if (type.equals("data")) {
            start(stream, half);
        } else {
            start(half, stream);
        }
    }

    /** Clients of old give no number, but open the error stream first and the other right after. */
    private static String request(SpdyStream stream, String type) {
        return Integer.toString(type.equals("error") ? stream.id() : stream.id() - 2);
    }

    private void start(SpdyStream data, SpdyStream errors) {
        int port = port(data.header("port").orElse(""));
        Thread.ofVirtual()
                .name("forward " + pod.name() + ":" + port)
                .start(() -> new ForwardedConnection(pod, port, data, errors).run());
    }

    /** A port's number; 0, on which nothing listens, if it is none. */
    public static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port < 1 << 16 ? port : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
