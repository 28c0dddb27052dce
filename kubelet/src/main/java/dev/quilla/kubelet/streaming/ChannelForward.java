package dev.quilla.kubelet.streaming;

import dev.quilla.http.HttpExchange;
import dev.quilla.http.WebSocket;
import dev.quilla.kubelet.runtime.BytePipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Port-forwarding as client libraries speak it that know no SPDY: one connection for each port that
 * the request names, on two channels of a WebSocket. The first message of a channel is the port's
 * number; there is no way to end one direction only.
 */
final class ChannelForward {

    static final String PROTOCOL = "v4.channel.k8s.io";

    /** Channels are numbered by one byte. */
    private static final int PORTS_MAX = 128;

    private final WebSocket socket;
    private final List<Channel> channels;

    private ChannelForward(WebSocket socket, int ports) {
        this.socket = socket;
        this.channels = IntStream.range(0, 2 * ports).mapToObj(i -> new Channel(i)).toList();
    }

    static void serve(HttpExchange exchange, PodPorts pod) throws IOException {
        List<Integer> ports =
                exchange.query().getOrDefault("ports", List.of()).stream()
                        .flatMap(v -> List.of(v.split(",")).stream())
                        .map(PortForward::port)
                        .limit(PORTS_MAX)
                        .toList();
        try (WebSocket socket = exchange.acceptWebSocket(Optional.of(PROTOCOL))) {
            ChannelForward forward = new ChannelForward(socket, ports.size());
            exchange.onCancel(forward::breakOff);
            forward.run(pod, ports);
        }
    }

    private void run(PodPorts pod, List<Integer> ports) throws IOException {
        List<Thread> connections = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            connections.add(start(pod, ports.get(i), channels.get(2 * i), channels.get(2 * i + 1)));
        }
        Thread.ofVirtual().name("forward end").start(() -> closeAfter(connections));
        try {
            for (Optional<WebSocket.Message> next = socket.receive();
                    next.isPresent();
                    next = socket.receive()) {
                take(next.get().bytes());
            }
        } finally {
            breakOff();
        }
    }

    private static Thread start(PodPorts pod, int port, Channel data, Channel errors)
            throws IOException {
        byte[] number = {(byte) port, (byte) (port >> 8)};
        data.output().write(number);
        errors.output().write(number);
        return Thread.ofVirtual()
                .name("forward " + pod.name() + ":" + port)
                .start(() -> new ForwardedConnection(pod, port, data, errors).run());
    }

    private void closeAfter(List<Thread> connections) {
        try {
            for (Thread connection : connections) {
                connection.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }

    private void take(byte[] message) throws IOException {
        if (message.length == 0 || (message[0] & 0xff) >= channels.size()) {
            throw new IOException("a message is for no channel");
        }
        channels.get(message[0] & 0xff).receive(message);
    }

    private void breakOff() {
        channels.forEach(c -> c.close());
    }

    private final class Channel implements Duplex {

        private final byte number;
        private final BytePipe received = new BytePipe();

        Channel(int number) {
            this.number = (byte) number;
        }

        void receive(byte[] message) throws InterruptedIOException {
            try {
                received.write(message, 1, message.length - 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a channel is not read");
            }
        }

        @Override
        public InputStream input() {
            return received;
        }

        @Override
        public OutputStream output() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    byte[] message = new byte[length + 1];
                    message[0] = number;
                    System.arraycopy(bytes, offset, message, 1, length);
                    socket.sendBinary(message);
                }

                @Override
                public void close() {
                    // Says itself by the end of the program's bytes: nothing more can be said.
                    received.close();
                }
            };
        }

        @Override
        public void close() {
            received.close();
        }
    }
}
