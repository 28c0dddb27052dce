package dev.quilla.store.raft.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;

/**
 * The way to other members: one connection to each address, made when something is sent, and made
 * anew when the one before has ended. Thread-safe.
 */
public final class Peers implements AutoCloseable {

    /** Replies are small; sending is done here as well. */
    private static final int THREADS = 2;

    private final EventLoopGroup threads = Sockets.threads("to-members", THREADS);

    private final Optional<SslContext> tls;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * With no connection yet.
     *
     * @throws dev.quilla.store.StoreException if a certificate can't be used
     */
    public Peers(Optional<PeerTls> tls) {
        this.tls = tls.map(PeerTls::forCalls);
    }

    /**
     * Sends a request to whoever listens at an address; requests to one are sent in order.
     *
     * @param address host and port
     * @param handler told once, by the thread that reads, never by the one that calls; after {@link
     *     #close} not at all
     */
    void call(String address, RaftNettyServerRequestProto request, Connection.Handler handler) {
        if (!closed) {
            connection(address).call(request, handler);
        }
    }

    private CompletableFuture<RaftNettyServerReplyProto> call(
            String address, RaftNettyServerRequestProto request) {
        CompletableFuture<RaftNettyServerReplyProto> reply = new CompletableFuture<>();
        if (closed) {
            reply.completeExceptionally(new IOException("closed"));
            return reply;
        }
        call(
                address,
                request,
                new Connection.Handler() {
                    @Override
                    public void answered(RaftNettyServerReplyProto answer) {
                        reply.complete(answer);
                    }

                    @Override
                    public void failed(IOException why) {
                        reply.completeExceptionally(why);
                    }
                });
        return reply;
    }

    private Connection connection(String address) {
        Connection now = connections.get(address);
        return now != null && !now.isOver()
                ? now
                : connections.compute(
                        address,
                        (a, before) ->
                                before != null && !before.isOver()
                                        ? before
                                        : new Connection(threads, tls, address));
    }

    /**
     * Sends a request and waits for its reply. A connection on which an answer does not come in
     * time is given up, for nobody may be at its other end.
     *
     * @throws IOException if it can't be reached, does not answer in time, or refuses
     */
    RaftNettyServerReplyProto ask(
            String address, Duration patience, RaftNettyServerRequestProto request)
            throws IOException {
        Future<RaftNettyServerReplyProto> reply = call(address, request);
        try {
            return reply.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(e.getCause());
        } catch (TimeoutException e) {
            String why = "no answer within " + patience.toMillis() + " ms";
            giveUp(address, why);
            throw new IOException(address + ": " + why, e);
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /**
     * A client's or administrator's request.
     *
     * @return fails with an {@link IOException} if the other can't be reached, refuses, or the
     *     connection ends before it answers. What depends on it may run on the thread that reads,
     *     and must not wait for another one
     */
    public CompletableFuture<RaftClientReply> send(String address, RaftClientRequest request) {
        return call(address, ClientMessages.write(request)).thenApply(ClientMessages::read);
    }

    /**
     * A client's or administrator's request, and waits; as {@link #ask(String, Duration,
     * RaftNettyServerRequestProto)} otherwise.
     *
     * @throws IOException if it does not answer in time, or refuses
     */
    public RaftClientReply ask(String address, Duration patience, RaftClientRequest request)
            throws IOException {
        return ClientMessages.read(ask(address, patience, ClientMessages.write(request)));
    }

    /**
     * Ends the connection to an address; what is unanswered fails, and what comes next connects.
     */
    void giveUp(String address, String why) {
        Connection now = connections.get(address);
        if (now != null) {
            now.close(why);
        }
    }

    /** Ends all connections; waits for nothing. */
    @Override
    public void close() {
        closed = true;
        connections.values().forEach(c -> c.close("closed"));
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
