package dev.quilla.server.master;

import dev.quilla.client.pki.Certificates;
import dev.quilla.client.pki.CertifiedKey;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeAddress;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Speaks to kubelets with the masters' client certificate. Answers are passed on as they come;
 * after an upgrade the two connections are joined byte by byte, whatever protocol they speak.
 */
final class KubeletDialer {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int HEAD_BYTES_MAX = 64 << 10;
    private static final int REFUSAL_BYTES_MAX = 4 << 10;

    private final Path pkiDir;

    KubeletDialer(Path pkiDir) {
        this.pkiDir = pkiDir;
    }

    /** The kubelet can't be reached. */
    static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreachableException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    void forward(HttpExchange exchange, Node node, String target) throws IOException {
        boolean upgrade = exchange.headers().contains("Connection", "upgrade");
        try (Socket socket = connect(node)) {
            exchange.onCancel(() -> close(socket));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            out.write(head(exchange, target, upgrade).getBytes(StandardCharsets.US_ASCII));
            out.write(exchange.body());
            out.flush();
            Answer answer = Answer.read(in);
            if (answer.status() == 101) {
                join(exchange.upgrade(answer.headers()), in, out);
            } else {
                pass(exchange, answer, in);
            }
        }
    }

    /**
     * What a kubelet answers to a {@code GET}.
     *
     * @param bytesMax a longer answer is a failure
     * @throws IOException if there is no answer in time, or one that says no
     */
    byte[] ask(Node node, String target, Duration atMost, int bytesMax) throws IOException {
        try (Socket socket = connect(node)) {
            socket.setSoTimeout((int) atMost.toMillis());
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head =
                    "GET " + target + " HTTP/1.1\r\nHost: kubelet\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Answer answer = Answer.read(in);
            long length = answer.headers().first("Content-Length").map(Long::parseLong).orElse(-1L);
            if (answer.status() != 200 || length < 0 || length > bytesMax) {
                throw new IOException(
                        "the kubelet answers %d with %d bytes".formatted(answer.status(), length));
            }
            return in.readNBytes((int) length);
        }
    }

    private Socket connect(Node node) throws UnreachableException {
        String address =
                node.status().addresses().stream()
                        .filter(a -> a.type().equals("InternalIP"))
                        .map(NodeAddress::address)
                        .findFirst()
                        .orElse(node.name());
        int port = node.status().daemonEndpoints().kubeletEndpoint().Port();
        try {
            SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket();
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new UnreachableException(e);
        }
    }

    private SSLContext context() throws IOException {
        CertifiedKey own =
                CertifiedKey.load(
                        pkiDir.resolve("kubelet-client.crt"), pkiDir.resolve("kubelet-client.key"));
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, new char[0]);
            keys.setKeyEntry(
                    "own", own.key(), new char[0], own.chain().toArray(new X509Certificate[0]));
            for (X509Certificate ca : Certificates.load(pkiDir.resolve("ca.crt"))) {
                keys.setCertificateEntry("ca", ca);
            }
            KeyManagerFactory keyManagers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, new char[0]);
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyManagers.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the masters' kubelet certificate can't be used", e);
        }
    }

    private static String head(HttpExchange exchange, String target, boolean upgrade) {
        StringBuilder head = new StringBuilder();
        head.append(exchange.method())
                .append(' ')
                .append(target)
                .append(" HTTP/1.1\r\nHost: kubelet\r\n");
        exchange.headers()
                .fields()
                .forEach((name, values) -> {
                    if (passes(name, upgrade)) {
                        values.forEach(
                                v -> head.append(name).append(": ").append(v).append("\r\n"));
                    }
                });
        head.append("Content-Length: ").append(exchange.body().length).append("\r\n");
        return head.append(upgrade ? "\r\n" : "Connection: close\r\n\r\n").toString();
    }

    private static boolean passes(String name, boolean upgrade) {
        return switch (name.toLowerCase(java.util.Locale.ROOT)) {
            case "host", "authorization", "content-length", "transfer-encoding", "expect" -> false;
            case "connection", "upgrade" -> upgrade;
            default -> !name.toLowerCase(java.util.Locale.ROOT).startsWith("impersonate-");
        };
    }

    /** Refusals become those of the API; all else is passed on while it comes. */
    private static void pass(HttpExchange exchange, Answer answer, InputStream in)
            throws IOException {
        if (answer.status() >= 400) {
            ByteArrayOutputStream words = new ByteArrayOutputStream();
            copyBody(answer, in, words, REFUSAL_BYTES_MAX);
            throw ApiErrors.passedOn(
                    answer.status(), words.toString(StandardCharsets.UTF_8).strip());
        }
        Headers headers =
                Headers.of(
                        "Content-Type",
                        answer.headers().first("Content-Type").orElse("text/plain"));
        try (OutputStream out = exchange.stream(answer.status(), headers)) {
            copyBody(answer, in, out, Long.MAX_VALUE);
        }
    }

    private static void copyBody(Answer answer, InputStream in, OutputStream out, long atMost)
            throws IOException {
        if (answer.headers().contains("Transfer-Encoding", "chunked")) {
            copyChunks(in, out, atMost);
            return;
        }
        long left =
                Math.min(
                        atMost,
                        answer.headers()
                                .first("Content-Length")
                                .map(Long::parseLong)
                                .orElse(Long.MAX_VALUE));
        byte[] buffer = new byte[16 << 10];
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                return;
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static void copyChunks(InputStream in, OutputStream out, long atMost)
            throws IOException {
        long left = atMost;
        while (left > 0) {
            int size = Integer.parseInt(Answer.line(in).split(";")[0].strip(), 16);
            if (size == 0) {
                return;
            }
            out.write(in.readNBytes((int) Math.min(size, left)));
            left -= size;
            if (left > 0) {
                Answer.line(in);
            }
        }
    }

    private static void join(Upgraded client, InputStream in, OutputStream out) throws IOException {
        try (client) {
            Thread up =
                    Thread.startVirtualThread(() -> {
                        copy(client.input(), out);
                        close(out);
                    });
            copy(in, client.output());
            client.close();
            up.interrupt();
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        byte[] buffer = new byte[16 << 10];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        } catch (IOException e) {
            // One side is gone: the other is closed by whoever called.
            return;
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            org.slf4j.LoggerFactory.getLogger(KubeletDialer.class)
                    .debug("closing a kubelet connection: {}", e.getMessage());
        }
    }

    /** The head of an HTTP answer. */
    private record Answer(int status, Headers headers) {

        static Answer read(InputStream in) throws IOException {
            String[] first = line(in).split(" ", 3);
            Map<String, List<String>> fields = new LinkedHashMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.computeIfAbsent(
                                    line.substring(0, colon), n -> new java.util.ArrayList<>())
                            .add(line.substring(colon + 1).strip());
                }
            }
            return new Answer(Integer.parseInt(first[1]), new Headers(fields));
        }

        static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0 || line.size() > HEAD_BYTES_MAX) {
                    throw new IOException("the kubelet's answer is cut off");
                }
                if (b != '\r') {
                    line.write(b);
                }
            }
            return line.toString(StandardCharsets.US_ASCII);
        }
    }
}
