package dev.quilla.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request on a Netty channel: a whole connection in HTTP/1.1, a stream of one in HTTP/2. */
final class NettyExchange implements HttpExchange {

    /** Long answers go out in pieces of this size, so that connections take turns. */
    private static final int PIECE_BYTES = 64 << 10;

    /** An upgraded connection may rest as long as its users do. */
    private static final Duration FOREVER = Duration.ofDays(3650);

    private static final HttpHeaders NO_TRAILERS = new DefaultHttpHeaders();

    private enum State {
        ASKED,
        BEGUN,
        COMPLETE,
        HANDED_OVER
    }

    private final RequestHandler owner;
    private final Channel channel;
    private final HttpRequest request;
    private final Limits limits;
    private final QueryStringDecoder target;
    private final Headers headers;
    private final HttpHeaders added = new DefaultHttpHeaders();
    private final RequestBody body;
    private final Outbound outbound;
    private final List<Runnable> cancelActions = new ArrayList<>();
    private State state = State.ASKED;
    private byte @Nullable [] wholeBody;
    private @Nullable RawConnection raw;
    private boolean cancelled;
    private boolean stopped;
    private boolean keepAlive;
    private boolean awaitsContinue;

    NettyExchange(RequestHandler owner, Channel channel, HttpRequest request, Limits limits) {
        this.owner = owner;
        this.channel = channel;
        this.request = request;
        this.limits = limits;
        this.target = RequestRules.decode(request.uri());
        this.headers = headers(request);
        this.body = new RequestBody(this::moreBody, limits.read(), limits.write());
        this.outbound = new Outbound(channel, limits.write());
        this.keepAlive = HttpUtil.isKeepAlive(request) || http2();
        this.awaitsContinue = HttpUtil.is100ContinueExpected(request);
    }

    private static Headers headers(HttpRequest request) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String name : request.headers().names()) {
            if (!name.startsWith("x-http2-")) {
                fields.put(name, request.headers().getAll(name));
            }
        }
        return new Headers(fields);
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public String rawPath() {
        return target.rawPath();
    }

    @Override
    public String target() {
        return request.uri();
    }

    @Override
    public Map<String, List<String>> query() {
        return target.parameters();
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Optional<X509Certificate> clientCertificate() {
        Channel connection = http2() ? channel.parent() : channel;
        SslHandler tls = connection.pipeline().get(SslHandler.class);
        return tls == null ? Optional.empty() : TlsContext.clientCertificate(tls);
    }

    @Override
    public InetSocketAddress remote() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    @Override
    public boolean http2() {
        return channel instanceof io.netty.handler.codec.http2.Http2StreamChannel;
    }

    @Override
    public RequestBody bodyStream() {
        return body;
    }

    @Override
    public byte[] body() {
        if (wholeBody == null) {
            try {
                wholeBody = readBody(limits.bodyBytesMax());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return wholeBody;
    }

    @Override
    public byte[] readBody(int bytesMax) throws IOException {
        if (HttpUtil.getContentLength(request, 0L) > bytesMax) {
            throw new BodyTooLargeException(bytesMax);
        }
        return body.readAll(bytesMax);
    }

    private void moreBody() {
        boolean invite;
        synchronized (this) {
            invite = awaitsContinue;
            awaitsContinue = false;
        }
        if (invite) {
            channel.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
        owner.more(channel);
    }

    @Override
    public void addHeader(String name, String value) {
        added.add(name, value);
    }

    @Override
    public void respond(int status, Headers answer, byte[] content) throws IOException {
        begin();
        HttpResponse head = head(status, answer);
        boolean bodiless = status == 204 || status == 304 || status < 200;
        if (!bodiless) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        }
        int length = bodiless || isHead() ? 0 : content.length;
        if (length <= PIECE_BYTES) {
            ByteBuf all = Unpooled.wrappedBuffer(content, 0, length);
            outbound.send(
                    new DefaultFullHttpResponse(
                            head.protocolVersion(),
                            head.status(),
                            all,
                            head.headers(),
                            NO_TRAILERS),
                    length);
        } else {
            outbound.send(head, 0);
            sendInPieces(content);
        }
        complete();
    }

    private void sendInPieces(byte[] content) throws IOException {
        for (int sent = 0; sent < content.length; sent += PIECE_BYTES) {
            int size = Math.min(PIECE_BYTES, content.length - sent);
            ByteBuf piece = Unpooled.wrappedBuffer(content, sent, size);
            outbound.send(
                    sent + size == content.length
                            ? new DefaultLastHttpContent(piece)
                            : new DefaultHttpContent(piece),
                    size);
        }
    }

    @Override
    public AnswerStream stream(int status, Headers answer) throws IOException {
        begin();
        HttpResponse head = head(status, answer);
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            // Has no chunks: the end of the connection is the end of the answer.
            closeAfterwards();
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!http2() && !isHead()) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        outbound.send(head, 0);
        return new ResponseBody(this, outbound, isHead());
    }

    @Override
    public Upgraded upgrade(Headers answer) throws IOException {
        if (http2()) {
            throw new IllegalStateException("HTTP/2 has no upgrades");
        }
        begin();
        HttpResponse head = head(101, answer);
        RawConnection taken =
                RawConnection.take(
                        channel,
                        new Outbound(channel, FOREVER),
                        () -> {
                            owner.handOver();
                            channel.write(head);
                            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
                        },
                        this::gone);
        synchronized (this) {
            state = State.HANDED_OVER;
            raw = taken;
        }
        return taken;
    }

    @Override
    public boolean asksForWebSocket() {
        return !http2() && WebSocketHandshake.isAsked(this);
    }

    @Override
    public List<String> webSocketProtocols() {
        return WebSocketHandshake.protocols(headers);
    }

    @Override
    public WebSocket acceptWebSocket(Optional<String> subprotocol) throws IOException {
        if (!asksForWebSocket()) {
            throw new IllegalStateException("the client asks for no WebSocket");
        }
        return new FramedWebSocket(
                upgrade(WebSocketHandshake.answer(headers, subprotocol)),
                subprotocol.orElse(""),
                limits.bodyBytesMax());
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        boolean now;
        synchronized (this) {
            now = cancelled || stopped;
            if (!now) {
                cancelActions.add(action);
            }
        }
        if (now) {
            action.run();
        }
    }

    private boolean isHead() {
        return method().equals("HEAD");
    }

    private synchronized void begin() throws IOException {
        if (state != State.ASKED) {
            throw new IllegalStateException("the request is answered already");
        }
        if (cancelled) {
            throw new IOException("the client is gone");
        }
        // A client that was not invited to send its body may send it or not: nobody can tell what
        // its next bytes are.
        keepAlive &= !awaitsContinue && !stopped;
        state = State.BEGUN;
    }

    private HttpResponse head(int status, Headers answer) {
        HttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers().set(added);
        answer.fields().forEach((name, values) -> head.headers().set(name, values));
        if (!keepAlive && status != 101) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return head;
    }

    /** The answer has been sent. */
    void complete() {
        boolean reusable;
        synchronized (this) {
            if (state != State.BEGUN) {
                return;
            }
            state = State.COMPLETE;
            reusable = keepAlive;
        }
        channel.eventLoop().execute(() -> owner.answered(this, reusable));
    }

    synchronized void closeAfterwards() {
        keepAlive = false;
    }

    /** The client is gone. */
    void gone() {
        IOException why = new IOException("the client is gone");
        body.fail(why);
        outbound.fail(new ClosedChannelException());
        synchronized (this) {
            cancelled = true;
        }
        runCancelActions();
    }

    /** The server is stopping. */
    void stop() {
        synchronized (this) {
            stopped = true;
            keepAlive = false;
        }
        runCancelActions();
    }

    private void runCancelActions() {
        List<Runnable> actions;
        synchronized (this) {
            actions = List.copyOf(cancelActions);
            cancelActions.clear();
        }
        // Whoever tells us must not wait for what these do.
        actions.forEach(a -> Thread.startVirtualThread(a));
    }

    /** The handler returned; it must have answered. */
    void finish() {
        if (current() == State.ASKED) {
            fail(500, "the server did not answer");
        }
    }

    /** Says that the request failed where that can still be said, or breaks the answer off. */
    void fail(int status, String why) {
        if (current() != State.ASKED) {
            abort();
            return;
        }
        try {
            respond(
                    status,
                    Headers.of("Content-Type", "text/plain; charset=utf-8"),
                    (why + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            abort();
        }
    }

    /** The handler is through, well or not: nothing stays half done. */
    void release() {
        switch (current()) {
            case ASKED, BEGUN -> abort();
            case HANDED_OVER -> Objects.requireNonNull(raw).close();
            case COMPLETE -> {
                // The connection takes the next request.
            }
        }
    }

    /** The answer stays incomplete, and the client must notice. */
    void abort() {
        channel.close();
    }

    private synchronized State current() {
        return state;
    }

    @Override
    public String toString() {
        return method() + " " + path() + " from " + remote();
    }
}
