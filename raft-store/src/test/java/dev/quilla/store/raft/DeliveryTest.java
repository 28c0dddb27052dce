package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveryTest {

    private static final Message ENTRY = Message.valueOf("entry");
    private static final RaftGroupMemberId MEMBER =
            RaftGroupMemberId.valueOf(RaftPeerId.valueOf("m1"), RaftGroupId.randomId());

    private record Sent(String to, long call, CompletableFuture<RaftClientReply> reply) {}

    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private final LeaderChanges changes = new LeaderChanges();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Optional<RaftPeer> leader = Optional.empty();
    private final Delivery delivery =
            new Delivery(this::send, new AtomicLong()::incrementAndGet, () -> leader, changes);

    private CompletableFuture<RaftClientReply> send(RaftPeer to, long call, Message entry) {
        CompletableFuture<RaftClientReply> reply = new CompletableFuture<>();
        sent.add(new Sent(to.getId().toString(), call, reply));
        return reply;
    }

    private void leads(String id) {
        leader = Optional.of(RaftPeer.newBuilder().setId(id).build());
        changes.announce();
    }

    private static RaftClientReply success(String text) {
        return RaftClientReply.newBuilder()
                .setClientId(ClientId.randomId())
                .setServerId(MEMBER)
                .setSuccess()
                .setMessage(Message.valueOf(text))
                .build();
    }

    private static RaftClientReply refusal(RaftException why) {
        return RaftClientReply.newBuilder()
                .setClientId(ClientId.randomId())
                .setServerId(MEMBER)
                .setException(why)
                .build();
    }

    private Future<String> deliver() {
        return threads.submit(() -> delivery.bring(ENTRY).getMessage().getContent().toStringUtf8());
    }

    private Sent next() throws InterruptedException {
        return Objects.requireNonNull(sent.poll(20, TimeUnit.SECONDS));
    }

    @AfterEach
    void endThreads() {
        delivery.close();
        threads.close();
    }

    @Test
    void aSilentLeaderIsLeftForTheNextWithTheSameNumber() throws Exception {
        leads("m1");
        Future<String> delivered = deliver();
        Sent first = next();
        leads("m2");
        Sent second = next();
        second.reply().complete(success("done"));
        assertEquals("done", delivered.get());
        assertEquals(List.of("m1", "m2"), List.of(first.to(), second.to()));
        assertEquals(first.call(), second.call());
    }

    @Test
    void aLeaderThatLeadsAgainIsNotSentWhatItStillHas() throws Exception {
        leads("m1");
        Future<String> delivered = deliver();
        Sent first = next();
        leads("m2");
        next();
        leads("m1");
        first.reply().complete(success("done"));
        assertEquals("done", delivered.get());
        assertEquals(List.of(), List.copyOf(sent));
    }

    @Test
    void waitsForALeader() throws Exception {
        Future<String> delivered = deliver();
        leads("m3");
        next().reply().complete(success("done"));
        assertEquals("done", delivered.get());
    }

    @Test
    void triesAgainWhereItWasRefusedForNow() throws Exception {
        leads("m1");
        Future<String> delivered = deliver();
        next().reply().complete(refusal(new NotLeaderException(MEMBER, null, List.of())));
        next().reply().completeExceptionally(new IOException("reset"));
        next().reply().complete(success("done"));
        assertEquals("done", delivered.get());
    }

    @Test
    void aRefusalForGoodIsTold() throws Exception {
        leads("m1");
        Future<String> delivered = deliver();
        next().reply()
                .complete(refusal(new StateMachineException(MEMBER, new IOException("broken"))));
        ExecutionException told = assertThrows(ExecutionException.class, delivered::get);
        assertInstanceOf(UnknownOutcomeException.class, told.getCause());
    }

    @Test
    void whatWasNeverSentWasSurelyNotWritten() {
        delivery.close();
        assertThrows(UnavailableException.class, () -> delivery.bring(ENTRY));
    }
}
