package dev.quilla.kubelet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.pki.Certificates;
import dev.quilla.pki.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real kubectl, by both of the ways it knows. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PortForwardTest {

    private static final Map<String, String> TUNNEL =
            Map.of("KUBECTL_PORT_FORWARD_WEBSOCKETS", "true");
    private static final Map<String, String> UPGRADE =
            Map.of("KUBECTL_PORT_FORWARD_WEBSOCKETS", "false");

    @TempDir Path directory;
    private final List<Process> clients = new ArrayList<>();
    private ServerSocket program;
    private PodServer server;

    /** Answers with all it was sent, once that has ended. */
    @BeforeEach
    void start() throws IOException {
        program = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
        server = new PodServer(directory, e -> assertTrue(PortForward.serve(e, new Ports())));
    }

    @AfterEach
    void stop() throws IOException {
        clients.forEach(Process::destroy);
        server.close();
        program.close();
    }

    @Test
    void kubectlReachesAProgramThroughAWebSocket() throws Exception {
        assertEquals("hello", exchange(forward(TUNNEL, 80), "hello"));
    }

    @Test
    void kubectlReachesAProgramThroughAnUpgradeToSpdy() throws Exception {
        assertEquals("hello", exchange(forward(UPGRADE, 80), "hello"));
    }

    @Test
    void manyConnectionsOfOneForwardingDontMixUp() throws Exception {
        int port = forward(TUNNEL, 80);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket("127.0.0.1", port);
            socket.getOutputStream().write(("connection " + i).getBytes(UTF_8));
            sockets.add(socket);
        }
        for (int i = 19; i >= 0; i--) {
            try (Socket socket = sockets.get(i)) {
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
                assertEquals("connection " + i, answer);
            }
        }
    }

    @Test
    void muchIsCarriedWhole() throws Exception {
        byte[] sent = new byte[4 << 20];
        new Random(1).nextBytes(sent);
        try (Socket socket = new Socket("127.0.0.1", forward(TUNNEL, 80))) {
            Thread.ofVirtual().start(() -> sendOrFail(socket, sent));
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void aConnectionThatTheClientBreaksOffLeavesTheOthersAlone() throws Exception {
        int port = forward(TUNNEL, 80);
        for (int i = 0; i < 5; i++) {
            try (Socket rude = new Socket("127.0.0.1", port)) {
                rude.setSoLinger(true, 0);
                rude.getOutputStream().write("never mind".getBytes(UTF_8));
            }
        }
        assertEquals("still here", exchange(port, "still here"));
    }

    @Test
    void kubectlIsToldThatNothingListens() throws Exception {
        int port = forward(TUNNEL, 81);
        try (Socket socket = new Socket("127.0.0.1", port)) {
            assertEquals(-1, socket.getInputStream().read());
        }
        PodServer.lineWith(
                "error forwarding port 81 to pod web: nothing there",
                clients.getFirst().errorReader());
    }

    @Test
    void librariesReachAProgramThroughChannelsOfAWebSocket() throws Exception {
        Frames frames = new Frames();
        WebSocket socket = channels(frames, "ports=82");
        assertEquals(List.of((byte) 0, (byte) 82, (byte) 0), frames.next());
        assertEquals(List.of((byte) 1, (byte) 82, (byte) 0), frames.next());
        socket.sendBinary(ByteBuffer.wrap(new byte[] {0, 'h', 'i'}), true).join();
        assertEquals(List.of((byte) 0, (byte) 'h', (byte) 'i'), frames.next());
        socket.abort();
    }

    @Test
    void librariesAreToldThatNothingListens() throws Exception {
        Frames frames = new Frames();
        channels(frames, "ports=81");
        frames.next();
        frames.next();
        assertEquals(List.of((byte) 1, (byte) 'e'), frames.next().subList(0, 2));
        assertEquals(List.of(), frames.next());
    }

    private static void sendOrFail(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WebSocket channels(Frames frames, String query) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trust()).build();
        return client.newWebSocketBuilder()
                .subprotocols("v4.channel.k8s.io")
                .buildAsync(
                        URI.create(
                                "wss://127.0.0.1:"
                                        + server.port()
                                        + "/api/v1/namespaces/default/pods/web/portforward?"
                                        + query),
                        frames)
                .get();
    }

    private SSLContext trust() throws IOException {
        return TlsContexts.of(Optional.empty(), Certificates.load(server.authority()));
    }

    /** The local port at which kubectl listens. */
    private int forward(Map<String, String> way, int port) throws IOException {
        Process kubectl = server.kubectl(way, "port-forward", "pod/web", ":" + port);
        clients.add(kubectl);
        var lines = kubectl.inputReader();
        String line = lines.readLine();
        if (line == null) {
            throw new AssertionError(new String(kubectl.getErrorStream().readAllBytes(), UTF_8));
        }
        return Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:(\\d+) ->.*", "$1"));
    }

    private static String exchange(int port, String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(text.getBytes(UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = program.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            }
        } catch (IOException _) {
            // The test is over.
            return;
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            in.transferTo(socket.getOutputStream());
        } catch (IOException _) {
            // The client broke off.
            return;
        }
    }

    private final class Ports implements PodPorts {

        @Override
        public SocketChannel dial(int port) throws IOException {
            if (port == 81) {
                throw new ConnectException("nothing there");
            }
            return SocketChannel.open(
                    new InetSocketAddress(program.getInetAddress(), program.getLocalPort()));
        }

        @Override
        public String name() {
            return "web";
        }
    }

    /** What a WebSocket receives; an empty list at its end. */
    private static final class Frames implements WebSocket.Listener {

        private final BlockingQueue<List<Byte>> frames = new LinkedBlockingQueue<>();

        List<Byte> next() throws InterruptedException {
            List<Byte> frame = frames.poll(20, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no message came");
            }
            return frame;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            List<Byte> bytes = new ArrayList<>();
            while (data.hasRemaining()) {
                bytes.add(data.get());
            }
            frames.add(bytes);
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            frames.add(List.of());
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }
    }
}
