package dev.quilla.kubelet.probes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that is made of the other side of the same codec. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrpcHealthTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final CompletableFuture<String> path = new CompletableFuture<>();
    private final CompletableFuture<byte[]> question = new CompletableFuture<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Optional<String> ask(String service) throws IOException {
        return GrpcHealth.problem("127.0.0.1", server.getLocalPort(), service, LONG);
    }

    @Test
    void aProgramThatServesIsFine() throws Exception {
        serve((frames, stream) -> answer(frames, stream, "0", 8, 1));
        assertEquals(Optional.empty(), ask(""));
        assertEquals("/grpc.health.v1.Health/Check", path.get());
        assertEquals(5, question.get().length);
    }

    @Test
    void asksForTheServiceThatTheProbeNames() throws Exception {
        serve((frames, stream) -> answer(frames, stream, "0", 8, 1));
        String name = "liveness".repeat(20);
        assertEquals(Optional.empty(), ask(name));
        String sent = new String(question.get(), StandardCharsets.UTF_8);
        assertTrue(sent.endsWith(name));
        assertEquals(5 + 3 + name.length(), question.get().length);
    }

    @Test
    void saysInWhatStateAProgramIsThatDoesNotServe() throws Exception {
        serve((frames, stream) -> answer(frames, stream, "0", 8, 2));
        assertEquals(Optional.of("service unhealthy (responded with \"NOT_SERVING\")"), ask(""));
    }

    @Test
    void aStateThatIsNotSentIsUnknown() throws Exception {
        serve((frames, stream) -> answer(frames, stream, "0"));
        assertEquals(Optional.of("service unhealthy (responded with \"UNKNOWN\")"), ask(""));
    }

    @Test
    void saysThatAProgramDoesNotKnowTheProtocol() throws Exception {
        serve((frames, stream) -> fail(frames, stream, "12"));
        assertEquals(
                Optional.of(
                        "this server does not implement the grpc health protocol"
                                + " (grpc.health.v1.Health): rpc error: code 12: no"),
                ask(""));
    }

    @Test
    void anAnswerWithoutMeasureIsRefused() throws Exception {
        serve((frames, stream) -> answer(frames, stream, "0", new byte[4096]));
        assertThrows(IOException.class, () -> ask(""));
    }

    @Test
    void aResetIsAFailure() throws Exception {
        serve((frames, stream) ->
                frames.writeOutbound(
                        new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM).stream(stream)));
        assertThrows(IOException.class, () -> ask(""));
    }

    @Test
    void whoeverDoesNotSpeakHttp2IsAFailure() throws Exception {
        Thread.ofVirtual().start(() -> say("HTTP/1.1 400 Bad Request\r\n\r\n"));
        assertThrows(IOException.class, () -> ask(""));
    }

    @Test
    void aProgramThatSaysNothingIsLeftInTime() {
        IOException e =
                assertThrows(
                        IOException.class,
                        () ->
                                GrpcHealth.problem(
                                        "127.0.0.1",
                                        server.getLocalPort(),
                                        "",
                                        Duration.ofMillis(100)));
        assertTrue(String.valueOf(e.getMessage()).startsWith("timeout: health rpc"), e.toString());
    }

    private void say(String text) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(
            EmbeddedChannel frames, Http2FrameStream stream, String code, int... message) {
        byte[] bytes = new byte[message.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) message[i];
        }
        answer(frames, stream, code, bytes);
    }

    private static void answer(
            EmbeddedChannel frames, Http2FrameStream stream, String code, byte[] message) {
        headers(frames, stream, new DefaultHttp2Headers().status("200"), false);
        ByteBuf framed = Unpooled.buffer().writeByte(0).writeInt(message.length);
        frames.writeOutbound(
                new DefaultHttp2DataFrame(framed.writeBytes(message), false).stream(stream));
        headers(frames, stream, new DefaultHttp2Headers().add("grpc-status", code), true);
    }

    private static void fail(EmbeddedChannel frames, Http2FrameStream stream, String code) {
        Http2Headers headers = new DefaultHttp2Headers().status("200");
        headers.add("grpc-status", code).add("grpc-message", "no");
        headers(frames, stream, headers, true);
    }

    private static void headers(
            EmbeddedChannel frames, Http2FrameStream stream, Http2Headers headers, boolean end) {
        frames.writeOutbound(new DefaultHttp2HeadersFrame(headers, end).stream(stream));
    }

    private void serve(BiConsumer<EmbeddedChannel, Http2FrameStream> answer) {
        Thread.ofVirtual().start(() -> serveOne(answer));
    }

    private void serveOne(BiConsumer<EmbeddedChannel, Http2FrameStream> answer) {
        EmbeddedChannel frames = new EmbeddedChannel(Http2FrameCodecBuilder.forServer().build());
        try (Socket socket = server.accept()) {
            byte[] buffer = new byte[4096];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                frames.writeInbound(Unpooled.copiedBuffer(buffer, 0, n));
                for (Object frame = frames.readInbound();
                        frame != null;
                        frame = frames.readInbound()) {
                    take(frame, frames, answer);
                }
                for (ByteBuf out = frames.readOutbound();
                        out != null;
                        out = frames.readOutbound()) {
                    out.readBytes(socket.getOutputStream(), out.readableBytes());
                    out.release();
                }
            }
        } catch (IOException e) {
            question.completeExceptionally(e);
        } finally {
            frames.finishAndReleaseAll();
        }
    }

    private void take(
            Object frame,
            EmbeddedChannel frames,
            BiConsumer<EmbeddedChannel, Http2FrameStream> answer) {
        if (frame instanceof Http2HeadersFrame headers) {
            path.complete(String.valueOf(headers.headers().path()));
        } else if (frame instanceof Http2DataFrame data) {
            byte[] sent = new byte[data.content().readableBytes()];
            data.content().readBytes(sent);
            data.release();
            question.complete(sent);
            answer.accept(frames, data.stream());
        }
    }
}
