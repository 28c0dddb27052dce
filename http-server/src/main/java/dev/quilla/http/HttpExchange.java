package dev.quilla.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request and its answer. Used by one thread, but for {@link #onCancel} actions, which run on
 * threads of their own. Exactly one of the answering methods must be called.
 */
public interface HttpExchange {

    /** The method, in upper case. */
    String method();

    /** The path, decoded. A slash in it may have been sent encoded: see {@link #rawPath}. */
    String path();

    /** The path as it was sent. */
    String rawPath();

    /** Path and query as they were sent. */
    String target();

    /** The query's parameters, decoded. */
    Map<String, List<String>> query();

    /** The request's header fields. */
    Headers headers();

    /** The certificate that the client showed, verified against the CA. */
    Optional<X509Certificate> clientCertificate();

    /** Who is at the other end. */
    InetSocketAddress remote();

    /** Whether it came by HTTP/2, where there are no upgrades. */
    boolean http2();

    /**
     * The body, which comes while it is read, however long it is: nothing is buffered before.
     * Reading fails when the client pauses longer than {@link Limits#write}.
     */
    InputStream bodyStream();

    /**
     * The whole body; the same each time.
     *
     * @throws UncheckedIOException if it does not come, or is larger than {@link
     *     Limits#bodyBytesMax}. A handler that lets it through has the request answered with 413 or
     *     408, or its connection closed, whatever is right.
     */
    byte[] body();

    /**
     * The whole body, which must not have been read before.
     *
     * @throws BodyTooLargeException if it has more bytes
     */
    byte[] readBody(int bytesMax) throws IOException;

    /** Adds a header field to the answer that will follow, whatever it is. */
    void addHeader(String name, String value);

    /**
     * Answers at once. Waits while a long answer is not being read.
     *
     * @throws IOException if the client is gone
     */
    void respond(int status, Headers headers, byte[] body) throws IOException;

    /**
     * Answers bit by bit; what is written is sent at once. Writing waits while the client does not
     * read; it fails when the client is gone. Closing ends the answer; a handler that returns
     * without closing tells the client that the answer is broken off.
     */
    AnswerStream stream(int status, Headers headers) throws IOException;

    /**
     * Answers with 101 and hands over the connection, to speak another protocol on it.
     *
     * @throws IllegalStateException on HTTP/2
     */
    Upgraded upgrade(Headers headers) throws IOException;

    /** Whether the client asks for a WebSocket. */
    boolean asksForWebSocket();

    /** The WebSocket sub-protocols that the client offers, the dearest first. */
    List<String> webSocketProtocols();

    /**
     * Answers with 101 and speaks WebSocket (RFC 6455) from then on.
     *
     * @param subprotocol one of {@link #webSocketProtocols}; empty for none
     * @throws IllegalStateException if the client did not ask for one
     */
    WebSocket acceptWebSocket(Optional<String> subprotocol) throws IOException;

    /** Whether the client has gone away. */
    boolean cancelled();

    /**
     * Does something when the client goes away before the answer is complete, or when the server
     * closes: whatever takes long should then come to its end.
     */
    void onCancel(Runnable action);
}
