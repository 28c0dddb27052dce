package dev.quilla.apiserver.transcript;

import dev.quilla.http.AnswerStream;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.Upgraded;
import dev.quilla.http.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request without a network. Is as strict with the answer's header fields as the network is. */
public class MemoryExchange implements HttpExchange {

    /** What clients read of header fields before they give up. */
    private static final int HEADER_BYTES_MAX = 16 << 10;

    private final String method;
    private final String path;
    private final Map<String, List<String>> query;
    private final Headers headers;
    private final byte[] body;
    private Headers added = Headers.NONE;
    private int status;
    private Headers answered = Headers.NONE;
    private byte[] answer = {};

    /** A request that is answered into memory. */
    public MemoryExchange(
            String method,
            String path,
            Map<String, List<String>> query,
            Headers headers,
            byte[] body) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body;
    }

    /** Where a stream sends something, and may have to wait for its reader. */
    protected void sends() {
        // Memory makes nobody wait.
    }

    /** The code of the answer; 0 for none. */
    public int status() {
        return status;
    }

    /** The header fields of the answer. */
    public Headers answeredHeaders() {
        return answered;
    }

    /** The body of the answer. */
    public byte[] answer() {
        return answer;
    }

    @Override
    public void respond(int code, Headers fields, byte[] content) {
        if (status != 0) {
            throw new IllegalStateException("answered twice");
        }
        check(added);
        check(fields);
        status = code;
        answered = withAdded(fields);
        answer = content;
    }

    private Headers withAdded(Headers fields) {
        Headers all = fields;
        for (Map.Entry<String, List<String>> field : added.fields().entrySet()) {
            for (String value : field.getValue()) {
                all = all.with(field.getKey(), value);
            }
        }
        return all;
    }

    private static void check(Headers fields) {
        int bytes = 0;
        for (Map.Entry<String, List<String>> field : fields.fields().entrySet()) {
            for (String value : field.getValue()) {
                bytes += field.getKey().length() + value.length();
                if (!value.chars().allMatch(c -> c == '\t' || c >= ' ' && c <= '~')) {
                    throw new IllegalArgumentException(
                            "not a header field: " + field.getKey() + ": " + value);
                }
            }
        }
        if (bytes > HEADER_BYTES_MAX) {
            throw new IllegalArgumentException("header fields of " + bytes + " bytes");
        }
    }

    @Override
    public AnswerStream stream(int code, Headers fields) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        AnswerStream out =
                new AnswerStream() {
                    @Override
                    public void write(int b) {
                        sends();
                        written.write(b);
                    }

                    @Override
                    public void send(List<byte[]> pieces) {
                        sends();
                        pieces.forEach(written::writeBytes);
                    }

                    @Override
                    public void close() {
                        sends();
                        answer = written.toByteArray();
                    }
                };
        respond(code, fields, answer);
        return out;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public String target() {
        return path;
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Optional<X509Certificate> clientCertificate() {
        return Optional.empty();
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress("127.0.0.1", 1);
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public InputStream bodyStream() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public byte[] readBody(int bytesMax) {
        return body;
    }

    @Override
    public void addHeader(String name, String value) {
        added = added.with(name, value);
    }

    @Override
    public Upgraded upgrade(Headers fields) throws IOException {
        throw new IllegalStateException("not over HTTP/2");
    }

    @Override
    public boolean asksForWebSocket() {
        return false;
    }

    @Override
    public List<String> webSocketProtocols() {
        return List.of();
    }

    @Override
    public WebSocket acceptWebSocket(Optional<String> subprotocol) throws IOException {
        throw new IllegalStateException("not over HTTP/2");
    }

    @Override
    public boolean cancelled() {
        // Nobody waits for what happens later.
        return query.containsKey("watch");
    }

    @Override
    public void onCancel(Runnable action) {
        if (cancelled()) {
            action.run();
        }
    }
}
