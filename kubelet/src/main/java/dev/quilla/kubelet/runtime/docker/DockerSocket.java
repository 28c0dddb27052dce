package dev.quilla.kubelet.runtime.docker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The daemon's socket, where the Docker client library falls short: it can't tell the daemon that
 * our side of an upgraded connection has ended while the other goes on, and it loses the body of an
 * import.
 */
final class DockerSocket {

    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("(?i)\\r\\ncontent-length: *([0-9]{1,9})\\r");

    private final URI host;

    DockerSocket(URI host) {
        this.host = host;
    }

    /** A connection that carries nothing but raw bytes in both directions from here on. */
    record Upgraded(SocketChannel channel, InputStream in) implements AutoCloseable {

        OutputStream out() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // It is gone, which is what was wanted.
            }
        }
    }

    /**
     * Posts JSON and takes the connection over.
     *
     * @throws IOException if the daemon does not agree, with its answer
     */
    Upgraded upgrade(String path, String json) throws IOException {
        SocketChannel channel = connect();
        try {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            InputStream in =
                    post(channel, path, "Upgrade\r\nUpgrade: tcp", "application/json", body);
            return new Upgraded(channel, in);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Posts bytes and reads the whole answer, which is short.
     *
     * @throws IOException if the daemon does not agree, with its answer
     */
    String post(String path, String contentType, byte[] body) throws IOException {
        try (SocketChannel channel = connect()) {
            InputStream in = post(channel, path, "close", contentType, body);
            return new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
        }
    }

    private static InputStream post(
            SocketChannel channel, String path, String connection, String type, byte[] body)
            throws IOException {
        String head =
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: docker\r\nConnection: "
                        + connection
                        + "\r\nContent-Type: "
                        + type
                        + "\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n";
        write(channel, head.getBytes(StandardCharsets.US_ASCII));
        write(channel, body);
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
        String answer = head(in);
        if (!answer.startsWith("HTTP/1.1 101") && !answer.startsWith("HTTP/1.1 200")) {
            throw new IOException(refusal(answer, in));
        }
        return in;
    }

    private static String refusal(String head, InputStream in) throws IOException {
        Matcher length = CONTENT_LENGTH.matcher(head);
        int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        String body =
                new String(in.readNBytes(Math.min(bytes, MAX_HEAD_BYTES)), StandardCharsets.UTF_8);
        return head.lines().findFirst().orElse("no answer") + " " + body.strip();
    }

    private SocketChannel connect() throws IOException {
        boolean local = host.getScheme().equals("unix");
        SocketAddress address =
                local
                        ? UnixDomainSocketAddress.of(host.getPath())
                        : new InetSocketAddress(host.getHost(), host.getPort());
        SocketChannel channel =
                local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        try {
            channel.connect(address);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MAX_HEAD_BYTES) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("the daemon closed the connection");
            }
            head.append((char) c);
            if (c == '\n'
                    && head.length() >= 4
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        throw new IOException("the daemon's answer has no end");
    }
}
