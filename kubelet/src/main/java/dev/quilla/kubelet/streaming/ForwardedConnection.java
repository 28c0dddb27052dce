package dev.quilla.kubelet.streaming;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One connection between a client and a port of the pod. Either side may end its own direction and
 * go on with the other.
 *
 * @param errors where the client is told what went wrong; its end tells that the connection is over
 */
record ForwardedConnection(PodPorts pod, int port, Duplex data, Duplex errors) {

    /** Carries bytes until both directions have ended, or either side is gone. */
    void run() {
        try (data;
                errors) {
            Optional<SocketChannel> program = dial();
            // Clients give up the whole forwarding for an error, so none is told from here on.
            program.ifPresent(p -> new JoinedConnection(data, p).run());
            errors.output().close();
        } catch (IOException _) {
            // The client is gone: nobody is there to be told.
            return;
        }
    }

    private Optional<SocketChannel> dial() throws IOException {
        try {
            return Optional.of(pod.dial(port));
        } catch (IOException e) {
            String text =
                    "error forwarding port %d to pod %s: %s"
                            .formatted(port, pod.name(), e.getMessage());
            errors.output().write(text.getBytes(StandardCharsets.UTF_8));
            return Optional.empty();
        }
    }
}
