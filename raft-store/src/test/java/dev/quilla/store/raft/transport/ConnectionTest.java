package dev.quilla.store.raft.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two ends over real sockets. */
@Timeout(60)
class ConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Peers peers = new Peers(Optional.empty());
    private final CountDownLatch disconnected = new CountDownLatch(1);
    private String address = "";
    private Optional<Listening> listening = Optional.empty();

    private volatile Function<
                    RaftNettyServerRequestProto, CompletableFuture<RaftNettyServerReplyProto>>
            answers = request -> CompletableFuture.completedFuture(reply(term(request)));

    @BeforeEach
    void listen() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        address = "127.0.0.1:" + port;
        listenAgain(port);
    }

    private void listenAgain(int port) throws IOException {
        Listening server =
                new Listening(
                        new InetSocketAddress("127.0.0.1", port),
                        Optional.empty(),
                        request -> answers.apply(request),
                        disconnected::countDown);
        server.start();
        listening = Optional.of(server);
    }

    @AfterEach
    void close() {
        peers.close();
        listening.ifPresent(Listening::close);
    }

    private int port() {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    private static RaftNettyServerRequestProto request(long term) {
        return RaftNettyServerRequestProto.newBuilder()
                .setAppendEntriesRequest(AppendEntriesRequestProto.newBuilder().setLeaderTerm(term))
                .build();
    }

    private static long term(RaftNettyServerRequestProto request) {
        return request.getAppendEntriesRequest().getLeaderTerm();
    }

    private static RaftNettyServerReplyProto reply(long term) {
        return RaftNettyServerReplyProto.newBuilder()
                .setAppendEntriesReply(AppendEntriesReplyProto.newBuilder().setTerm(term))
                .build();
    }

    private long ask(long term) throws IOException {
        return peers.ask(address, PATIENCE, request(term)).getAppendEntriesReply().getTerm();
    }

    /** What becomes of a call, and on which thread. */
    private static final class Fate extends CompletableFuture<RaftNettyServerReplyProto>
            implements Connection.Handler {

        private final CompletableFuture<Thread> thread = new CompletableFuture<>();

        @Override
        public void answered(RaftNettyServerReplyProto reply) {
            thread.complete(Thread.currentThread());
            complete(reply);
        }

        @Override
        public void failed(IOException why) {
            thread.complete(Thread.currentThread());
            completeExceptionally(why);
        }
    }

    @Test
    void manyCallsShareAConnectionAndGetTheirOwnAnswers() throws Exception {
        List<Fate> fates = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Fate fate = new Fate();
            fates.add(fate);
            peers.call(address, request(i), fate);
        }
        for (int i = 0; i < fates.size(); i++) {
            assertEquals(
                    i, fates.get(i).get(20, TimeUnit.SECONDS).getAppendEntriesReply().getTerm());
        }
    }

    /** The thread that reads would write at once, and overtake what others have left for it. */
    @Test
    void callsArriveInTheirOrderWhoeverMakesThem() throws Exception {
        Queue<Long> arrived = new ConcurrentLinkedQueue<>();
        CountDownLatch all = new CountDownLatch(5_000);
        answers =
                request -> {
                    arrived.add(term(request));
                    all.countDown();
                    return CompletableFuture.completedFuture(reply(term(request)));
                };
        Object order = new Object();
        long[] next = {0};
        Runnable send =
                () -> {
                    synchronized (order) {
                        if (next[0] < 5_000) {
                            peers.call(address, request(next[0]++), new Fate());
                        }
                    }
                };
        Thread other =
                Thread.startVirtualThread(() -> {
                    while (all.getCount() > 0) {
                        send.run();
                    }
                });
        while (all.getCount() > 0) {
            Fate fate = new Fate();
            synchronized (order) {
                if (next[0] >= 5_000) {
                    break;
                }
                fate.whenComplete((reply, failure) -> send.run());
                peers.call(address, request(next[0]++), fate);
            }
        }
        assertTrue(all.await(30, TimeUnit.SECONDS));
        other.join();
        long expected = 0;
        for (long number : arrived) {
            assertEquals(expected++, number);
        }
    }

    @Test
    void aRefusalSaysWhyAndKeepsItsKind() throws Exception {
        answers =
                request ->
                        CompletableFuture.failedFuture(
                                term(request) == 1
                                        ? new ReconfigurationInProgressException("another one")
                                        : new IllegalStateException("broken"));
        IOException known = assertThrows(ReconfigurationInProgressException.class, () -> ask(1));
        assertEquals("another one", known.getMessage());
        IOException unknown = assertThrows(IOException.class, () -> ask(2));
        assertTrue(unknown.getMessage().contains("IllegalStateException: broken"));
    }

    @Test
    void whatIsUnansweredFailsWhenTheConnectionEndsAndTheNextConnectsAnew() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        answers =
                request -> {
                    arrived.countDown();
                    return new CompletableFuture<>();
                };
        Fate waiting = new Fate();
        peers.call(address, request(1), waiting);
        assertTrue(arrived.await(20, TimeUnit.SECONDS));
        listening.orElseThrow().close();
        Exception failure = assertThrows(Exception.class, () -> waiting.get(20, TimeUnit.SECONDS));
        assertInstanceOf(IOException.class, failure.getCause());
        assertTrue(disconnected.await(20, TimeUnit.SECONDS));
        assertThrows(IOException.class, () -> ask(2));

        answers = request -> CompletableFuture.completedFuture(reply(term(request)));
        listenAgain(port());
        assertEquals(3, ask(3));
    }

    @Test
    void aConnectionOnWhichNothingIsAnsweredIsGivenUp() throws Exception {
        answers = request -> new CompletableFuture<>();
        Fate waiting = new Fate();
        peers.call(address, request(1), waiting);
        IOException late =
                assertThrows(
                        IOException.class,
                        () -> peers.ask(address, Duration.ofMillis(50), request(2)));
        assertTrue(late.getMessage().contains("no answer within 50 ms"));
        assertThrows(Exception.class, () -> waiting.get(20, TimeUnit.SECONDS));
    }

    /** Who calls may hold a lock that its handler wants. */
    @Test
    void nobodyIsToldOnHisOwnThread() throws Exception {
        ask(0);
        listening.orElseThrow().close();
        for (int i = 0; i < 100; i++) {
            Fate fate = new Fate();
            peers.call(address, request(i), fate);
            assertFalse(fate.thread.get(20, TimeUnit.SECONDS).equals(Thread.currentThread()));
        }
    }

    @Test
    void whatIsNoFrameEndsItsConnectionAndNoOther() throws Exception {
        for (byte[] nonsense :
                List.of(
                        ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array(),
                        ByteBuffer.allocate(4).putInt(-1).array(),
                        ByteBuffer.allocate(6).putInt(2).array(),
                        ByteBuffer.allocate(13).putInt(9).putLong(1).put((byte) 77).array(),
                        ByteBuffer.allocate(16).putInt(12).putLong(1).put((byte) 0).array(),
                        "GET / HTTP/1.1\r\n\r\n"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
            try (Socket socket = new Socket("127.0.0.1", port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(nonsense);
                socket.getOutputStream().flush();
                assertTrue(isEnded(socket));
            }
            assertEquals(5, ask(5));
        }
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }
}
