package dev.quilla.kubelet.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    private static final int BUFFER_BYTES = 16 << 10;

    /** Carries bytes until both directions have ended, or either side is gone. */
    void run() {
        try (data;
                errors) {
            Optional<SocketChannel> program = dial();
            if (program.isPresent()) {
                carry(program.get());
            }
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

    /**
     * What breaks once there is a connection is no error to tell: clients give up the whole
     * forwarding for one, while programs hang up on a single connection as they please.
     */
    private void carry(SocketChannel program) {
        try (program) {
            Thread up = Thread.ofVirtual().name("forward up").start(() -> sendUp(program));
            copy(program.socket().getInputStream(), data.output());
            data.output().close();
            up.join();
        } catch (IOException _) {
            // Wakes whoever still waits for the client's bytes.
            data.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendUp(SocketChannel program) {
        try {
            copy(data.input(), program.socket().getOutputStream());
            program.shutdownOutput();
        } catch (IOException _) {
            // Wakes whoever still waits for the program's bytes.
            close(program);
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            to.write(buffer, 0, n);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // It is of no use any more either way.
            return;
        }
    }
}
