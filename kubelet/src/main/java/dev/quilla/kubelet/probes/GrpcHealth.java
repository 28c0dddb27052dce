package dev.quilla.kubelet.probes;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks a program once how it is, by gRPC's health protocol ({@code grpc.health.v1.Health/Check}) in
 * plain HTTP/2, as Kubernetes' gRPC probes do. The question and its answer are one field each, so
 * they are written and read by hand.
 */
final class GrpcHealth {

    private static final int ANSWER_BYTES_MAX = 1024;
    private static final int PREFIX_BYTES = 5;
    private static final int UNIMPLEMENTED = 12;
    private static final int SERVING = 1;
    private static final List<String> STATES =
            List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");

    private GrpcHealth() {}

    /**
     * Asks.
     *
     * @param service which of the program's services is meant; empty for all of it
     * @param timeout for everything together
     * @return what is wrong; empty if it serves
     * @throws IOException if nobody answers in time, or not by this protocol
     */
    static Optional<String> problem(String host, int port, String service, Duration timeout)
            throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            Thread.ofVirtual()
                    .name("grpc probe end")
                    .start(() -> closeAfter(timeout, done, socket));
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return ask(socket, host + ":" + port, service, timeout);
        } finally {
            done.countDown();
        }
    }

    private static void closeAfter(Duration timeout, CountDownLatch done, Socket socket) {
        try (socket) {
            boolean _ = done.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // It is of no use any more either way.
            return;
        }
    }

    private static Optional<String> ask(
            Socket socket, String authority, String service, Duration timeout) throws IOException {
        Http2Headers headers =
                new DefaultHttp2Headers()
                        .method("POST")
                        .scheme("http")
                        .authority(authority)
                        .path("/grpc.health.v1.Health/Check")
                        .add("content-type", "application/grpc")
                        .add("te", "trailers")
                        .add("user-agent", "kube-probe/1.36")
                        .add("grpc-timeout", timeout.toMillis() + "m");
        try {
            return verdict(
                    new Http2Call(
                                    new DataInputStream(
                                            new BufferedInputStream(socket.getInputStream())),
                                    new DataOutputStream(
                                            new BufferedOutputStream(socket.getOutputStream())),
                                    ANSWER_BYTES_MAX)
                            .exchange(headers, question(service)));
        } catch (EOFException e) {
            throw new IOException("the program hung up without an answer", e);
        } catch (SocketException e) {
            throw new IOException(
                    socket.isClosed()
                            ? "timeout: health rpc did not complete within "
                                    + timeout.toSeconds()
                                    + "s"
                            : String.valueOf(e.getMessage()),
                    e);
        }
    }

    /** The prefix of a gRPC message, and field 1 as protobuf writes a string. */
    private static byte[] question(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(PREFIX_BYTES + 6 + name.length);
        message.position(PREFIX_BYTES);
        if (name.length > 0) {
            message.put((byte) (1 << 3 | 2));
            int length = name.length;
            for (; length >= 0x80; length >>>= 7) {
                message.put((byte) (length & 0x7f | 0x80));
            }
            message.put((byte) length).put(name);
        }
        message.putInt(1, message.position() - PREFIX_BYTES);
        return Arrays.copyOf(message.array(), message.position());
    }

    private static Optional<String> verdict(Http2Call.Answer answer) throws IOException {
        CharSequence code = answer.last().get("grpc-status");
        if (code == null) {
            throw new IOException("the program answers, but not by gRPC");
        }
        if (!code.toString().equals("0")) {
            CharSequence message = answer.last().get("grpc-message");
            String said = "rpc error: code " + code + ": " + (message == null ? "" : message);
            return Optional.of(
                    code.toString().equals(Integer.toString(UNIMPLEMENTED))
                            ? "this server does not implement the grpc health protocol"
                                    + " (grpc.health.v1.Health): "
                                    + said
                            : said);
        }
        int state = state(answer.body());
        return state == SERVING
                ? Optional.empty()
                : Optional.of(
                        "service unhealthy (responded with \"%s\")"
                                .formatted(state < STATES.size() ? STATES.get(state) : state));
    }

    /** Field 1 of the answer, a number below 128; absent means 0. */
    private static int state(byte[] framed) throws IOException {
        if (framed.length < PREFIX_BYTES || framed[0] != 0) {
            throw new IOException("the answer is no plain gRPC message");
        }
        return framed.length >= PREFIX_BYTES + 2 && framed[PREFIX_BYTES] == 1 << 3
                ? framed[PREFIX_BYTES + 1] & 0x7f
                : 0;
    }
}
