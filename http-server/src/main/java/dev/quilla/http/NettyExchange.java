package dev.quilla.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A request on a Netty channel. */
final class NettyExchange implements HttpExchange {

    private final Channel channel;
    private final HttpRequest request;
    private final QueryStringDecoder target;
    private final byte[] body;
    private final List<Runnable> cancelActions = new ArrayList<>();
    private boolean begun;
    private boolean complete;
    private boolean cancelled;
    private boolean upgraded;

    NettyExchange(Channel channel, HttpRequest request, byte[] body) {
        this.channel = channel;
        this.request = request;
        this.target = new QueryStringDecoder(request.uri(), true);
        this.body = body;
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
    public String target() {
        return request.uri();
    }

    @Override
    public Map<String, List<String>> query() {
        return target.parameters();
    }

    @Override
    public Headers headers() {
        Map<String, List<String>> fields = new java.util.LinkedHashMap<>();
        for (String name : request.headers().names()) {
            fields.put(name, request.headers().getAll(name));
        }
        return new Headers(fields);
    }

    @Override
    public Optional<X509Certificate> clientCertificate() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return Optional.empty();
        }
        try {
            return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate x
                    ? Optional.of(x)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    @Override
    public InetSocketAddress remote() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public void respond(int status, Headers headers, byte[] content) throws IOException {
        begin();
        boolean head = method().equals("HEAD");
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(content));
        fill(response, headers);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        channel.writeAndFlush(response);
        complete();
    }

    @Override
    public OutputStream stream(int status, Headers headers) throws IOException {
        begin();
        var response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        fill(response, headers);
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        channel.writeAndFlush(response);
        return new Body();
    }

    @Override
    public Upgraded upgrade(Headers headers) throws IOException {
        begin();
        synchronized (this) {
            upgraded = true;
            complete = true;
        }
        return RawConnection.take(channel, headers);
    }

    @Override
    public void onCancel(Runnable action) {
        boolean now;
        synchronized (this) {
            now = cancelled;
            if (!now) {
                cancelActions.add(action);
            }
        }
        if (now) {
            action.run();
        }
    }

    private synchronized void begin() throws IOException {
        if (begun) {
            throw new IllegalStateException("the request is answered already");
        }
        if (cancelled) {
            throw new IOException("the client is gone");
        }
        begun = true;
    }

    private void fill(HttpResponse response, Headers headers) {
        headers.fields().forEach((name, values) -> response.headers().set(name, values));
        if (!HttpUtil.isKeepAlive(request)) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private synchronized void complete() {
        complete = true;
    }

    /** The client is gone. */
    void cancel() {
        List<Runnable> actions;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            actions = List.copyOf(cancelActions);
            notifyAll();
        }
        // The I/O thread must not wait for what these do.
        actions.forEach(a -> Thread.startVirtualThread(a));
    }

    synchronized void writabilityChanged() {
        notifyAll();
    }

    /** The handler failed: says so where it still can. */
    void fail() {
        boolean canTell;
        synchronized (this) {
            canTell = !begun && !cancelled;
        }
        try {
            if (canTell) {
                respond(500, Headers.of("Content-Type", "text/plain"), new byte[0]);
            } else {
                channel.close();
            }
        } catch (IOException e) {
            channel.close();
        }
    }

    /** The handler returned: the connection takes the next request, or is closed. */
    void finished(Runnable readOn) {
        boolean reusable;
        synchronized (this) {
            if (upgraded) {
                return;
            }
            reusable = complete && HttpUtil.isKeepAlive(request);
        }
        if (reusable) {
            channel.eventLoop().execute(readOn);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> channel.close());
        }
    }

    /** A chunked answer. */
    private final class Body extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            awaitWritable();
            if (length > 0) {
                channel.writeAndFlush(
                        new DefaultHttpContent(Unpooled.copiedBuffer(bytes, offset, length)));
            }
        }

        private void awaitWritable() throws IOException {
            synchronized (NettyExchange.this) {
                while (!cancelled && channel.isActive() && !channel.isWritable()) {
                    try {
                        NettyExchange.this.wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted", e);
                    }
                }
                if (cancelled || !channel.isActive()) {
                    throw new IOException("the client is gone");
                }
            }
        }

        @Override
        public void close() {
            synchronized (NettyExchange.this) {
                if (complete) {
                    return;
                }
                complete = true;
            }
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
