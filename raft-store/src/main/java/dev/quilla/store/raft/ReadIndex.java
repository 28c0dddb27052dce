package dev.quilla.store.raft;

import dev.quilla.store.StoreException;
import dev.quilla.store.UnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Up to which entry a linearizable read must be applied (Raft, section 6.4 of Ongaro's thesis). A
 * member asks the leader. That one takes the last write it has applied, asks the others for their
 * terms, and answers when a majority is still in its own: whoever is in it after the question came
 * has not voted for a later leader before, so nobody else can have acknowledged anything by then.
 *
 * <p>Ratis' own way is not used: its leader takes an index that was confirmed once as confirmed for
 * ever, so that one which stood still while others elected answers with what is old.
 */
final class ReadIndex {

    private static final Message INDEX = Message.valueOf("index");
    private static final Message TERM = Message.valueOf("term");
    private static final Message REFUSED = Message.EMPTY;

    /** How long a member that did not answer is left alone. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How long this member may take to apply what it is told is committed. */
    private static final Duration APPLY = Duration.ofSeconds(5);

    private final RaftServer.Division division;
    private final Requests requests;
    private final Applied applied;
    private final Delivery delivery;
    private final Map<RaftPeerId, SharedAnswer<Long>> terms = new ConcurrentHashMap<>();
    private final Map<RaftPeerId, Long> silentSince = new ConcurrentHashMap<>();

    /**
     * Asks by these.
     *
     * @param leader whom this member takes for the leader
     */
    ReadIndex(
            RaftServer.Division division,
            Requests requests,
            Applied applied,
            Supplier<Optional<RaftPeer>> leader,
            LeaderChanges changes) {
        this.division = division;
        this.requests = requests;
        this.applied = applied;
        this.delivery = new Delivery(this::askLeader, requests::newCall, leader, changes);
    }

    /** Completes when everything that was acknowledged before this call is applied here. */
    CompletableFuture<Void> pass() {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("read-index")
                .start(() -> {
                    try {
                        applied.await(number(delivery.bring(INDEX).getMessage()), APPLY);
                        passed.complete(null);
                    } catch (StoreException e) {
                        passed.completeExceptionally(new UnavailableException(e.getMessage()));
                    } catch (InterruptedException e) {
                        passed.completeExceptionally(new UnavailableException("interrupted"));
                    }
                });
        return passed;
    }

    /** What a member answers to another's question, or to its own. */
    CompletableFuture<Message> answer(Message question) {
        if (question.getContent().equals(INDEX.getContent())) {
            return confirmedIndex();
        }
        return CompletableFuture.completedFuture(
                question.getContent().equals(TERM.getContent())
                        ? message(division.getInfo().getCurrentTerm())
                        : REFUSED);
    }

    /** The order counts: a term that was read later could be one in which another leads. */
    private CompletableFuture<Message> confirmedIndex() {
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        if (!info.isLeaderReady()) {
            return CompletableFuture.completedFuture(REFUSED);
        }
        long index = applied.lastWrite();
        return majorityIsIn(term).thenApply(sure -> sure ? message(index) : REFUSED);
    }

    private CompletableFuture<Boolean> majorityIsIn(long term) {
        RaftConfiguration members = division.getRaftConf();
        Set<RaftPeerId> agreeing = ConcurrentHashMap.newKeySet();
        agreeing.add(division.getId());
        if (isMajority(members, agreeing)) {
            return CompletableFuture.completedFuture(true);
        }
        Collection<RaftPeer> others = others(members);
        AtomicInteger open = new AtomicInteger(others.size());
        CompletableFuture<Boolean> sure = new CompletableFuture<>();
        for (RaftPeer other : others) {
            termOf(other)
                    .whenComplete((its, failure) -> {
                        if (failure == null && its == term) {
                            agreeing.add(other.getId());
                            if (isMajority(members, agreeing)) {
                                sure.complete(true);
                            }
                        }
                        if (open.decrementAndGet() == 0) {
                            sure.complete(false);
                        }
                    });
        }
        return sure;
    }

    private Collection<RaftPeer> others(RaftConfiguration members) {
        return Stream.concat(
                        members.getCurrentPeers().stream(), members.getPreviousPeers().stream())
                .filter(p -> !p.getId().equals(division.getId()))
                .collect(Collectors.toMap(RaftPeer::getId, p -> p, (a, b) -> a))
                .values();
    }

    /** While members change, of the old ones and of the new ones. */
    private static boolean isMajority(RaftConfiguration members, Set<RaftPeerId> agreeing) {
        return isMajority(members.getCurrentPeers(), agreeing)
                && (members.getPreviousPeers().isEmpty()
                        || isMajority(members.getPreviousPeers(), agreeing));
    }

    private static boolean isMajority(Collection<RaftPeer> peers, Set<RaftPeerId> agreeing) {
        return peers.stream().filter(p -> agreeing.contains(p.getId())).count() * 2 > peers.size();
    }

    private CompletableFuture<Long> termOf(RaftPeer other) {
        return terms.computeIfAbsent(other.getId(), id -> new SharedAnswer<>(() -> askTerm(id)))
                .get();
    }

    private CompletableFuture<Long> askTerm(RaftPeerId id) {
        RaftPeer other = division.getRaftConf().getPeer(id);
        Long silent = silentSince.get(id);
        boolean paused = silent != null && System.nanoTime() - silent < PAUSE.toNanos();
        if (other == null || paused) {
            return CompletableFuture.failedFuture(
                    new UnavailableException(id + (paused ? " was silent" : " is no member")));
        }
        return ask(other, requests.newCall(), TERM)
                .thenApply(reply -> {
                    if (isEmpty(reply)) {
                        throw new UnavailableException(id + " does not tell its term");
                    }
                    return number(reply.getMessage());
                })
                .whenComplete((its, failure) -> {
                    if (failure == null) {
                        silentSince.remove(id);
                    } else {
                        silentSince.put(id, System.nanoTime());
                    }
                });
    }

    private CompletableFuture<RaftClientReply> askLeader(RaftPeer to, long call, Message question) {
        return ask(to, call, question)
                .thenApply(reply -> reply.isSuccess() && isEmpty(reply) ? refusal(reply) : reply);
    }

    private CompletableFuture<RaftClientReply> ask(RaftPeer to, long call, Message question) {
        return requests.send(to, call, question, RaftClientRequest.staleReadRequestType(0));
    }

    private static boolean isEmpty(RaftClientReply reply) {
        return !reply.isSuccess() || reply.getMessage().size() == 0;
    }

    private RaftClientReply refusal(RaftClientReply reply) {
        return RaftClientReply.newBuilder()
                .setClientId(reply.getClientId())
                .setServerId(division.getMemberId())
                .setCallId(reply.getCallId())
                .setException(new LeaderNotReadyException(division.getMemberId()))
                .build();
    }

    private static Message message(long number) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
    }

    private static long number(Message message) {
        return message.getContent().asReadOnlyByteBuffer().getLong();
    }

    void close() {
        delivery.close();
    }
}
