package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Member;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.Members;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import dev.quilla.store.Op;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that come and go while the store runs, as real Ratis peers. */
@Timeout(180)
class MembershipTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    private static void put(Store store, String key, String value) {
        Bytes bytes = Bytes.wrap(value.getBytes(StandardCharsets.UTF_8));
        store.commit(Txn.of(List.of(), List.of(new Op.Put(new Key(key), bytes))));
    }

    private static String read(Store store, String key) {
        return store.view(new Freshness.Linearizable())
                .get(new Key(key))
                .map(Entry::value)
                .map(b -> new String(b.shared(), StandardCharsets.UTF_8))
                .orElse("");
    }

    private static List<String> names(Members members) {
        return members.all().stream().map(Member::name).toList();
    }

    private static MembershipException refused(Reason reason, Runnable change) {
        MembershipException e = assertThrows(MembershipException.class, change::run);
        assertEquals(reason, e.reason(), e.getMessage());
        return e;
    }

    private static String follower(RaftGroupFixture group, String leader) {
        return group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    }

    @Test
    void aFourthIsFilledAndVotesWhileWritersRun() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 200);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            RaftStore leader = group.member(group.awaitLeader());
            AtomicBoolean enough = new AtomicBoolean();
            Future<Integer> writer =
                    threads.submit(() -> {
                        int n = 0;
                        for (; !enough.get(); n++) {
                            put(leader, "/k" + n, "v" + n);
                        }
                        return n;
                    });
            Member fourth = leader.members().add(group.join("m4"), false, PATIENCE);
            assertEquals("m4", fourth.name());
            assertEquals("clients-of-m4:1", fourth.clientAddress());
            assertEquals(List.of("m1", "m2", "m3", "m4"), names(leader.members()));
            enough.set(true);
            int written = writer.get(60, TimeUnit.SECONDS);
            Store filled = group.member("m4");
            for (int n = 0; n < written; n++) {
                assertEquals("v" + n, read(filled, "/k" + n));
            }
            try (Watch watch = filled.watch(KeyRange.prefix("/"), View.FIRST)) {
                assertFalse(
                        watch.next(Duration.ofSeconds(5)).events().isEmpty(), "history is here");
            }
            assertEquals(leader.status().digest(), filled.status().digest());
            // Two of four are no majority, so the fourth is needed now.
            List<String> others = new ArrayList<>(List.of("m1", "m2", "m3"));
            others.remove(leader.status().memberId());
            group.stop(others.getFirst());
            put(leader, "/after", "x");
            assertEquals("x", read(filled, "/after"));
        }
    }

    /** It has everything then, and until somebody writes, nothing is sent that it acknowledges. */
    @Test
    void aFourthWhoseFirstAnswersAreLostIsTakenInAllTheSame() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            RaftStore leader = group.member(group.awaitLeader());
            // Members compare themselves after a new revision, which would be an entry more.
            leader.commit(new Command.Grant(LeaseId.of(7), Duration.ofHours(1)));
            // The first connection asks who waits there, the second is the leader's.
            try (LossyRelay way = new LossyRelay(group.join("m4"), 2)) {
                leader.members().add(way.address(), false, Duration.ofSeconds(30));
                assertTrue(way.hasLost(), "answers were lost");
                assertTrue(group.member("m4").lease(LeaseId.of(7)).isPresent());
            }
        }
    }

    @Test
    void theListIsTheLogsAfterARestartOfAll() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            String gone = follower(group, leader);
            RaftStore first = group.member(leader);
            first.members().add(group.join("m4"), false, PATIENCE);
            first.members().remove(gone);
            put(first, "/k", "v");
            group.ids().forEach(group::stop);
            // By their files the two are of three with the one that is gone.
            List<String> left = new ArrayList<>(List.of("m1", "m2", "m3"));
            left.remove(gone);
            left.forEach(group::start);
            RaftStore fourth = group.startJoined("m4");
            assertEquals("v", read(fourth, "/k"));
            left.add("m4");
            assertEquals(left, names(fourth.members()));
            assertThrows(StoreException.class, () -> group.start(gone), "it was told");
        }
    }

    @Test
    void aLeaderThatIsRemovedHandsOverAndEnds() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            RaftStore other = group.member(follower(group, leader));
            put(other, "/k", "v");
            assertEquals(leader, other.members().remove(leader).name());
            assertTrue(group.awaitEnd(leader).contains("removed"), "it says why");
            assertFalse(names(other.members()).contains(leader));
            assertEquals("v", read(other, "/k"));
            put(other, "/after", "x");
        }
    }

    @Test
    void aWipedMemberIsReplacedByOneOfItsName() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 50)) {
            String leader = group.awaitLeader();
            String lost = follower(group, leader);
            RaftStore store = group.member(leader);
            for (int i = 0; i < 200; i++) {
                put(store, "/k" + i, "v");
            }
            group.stop(lost);
            delete(group.directory(lost));
            String before = store.members().remove(lost).id();
            Member after = store.members().add(group.join(lost), false, PATIENCE);
            assertEquals(lost, after.name());
            assertNotEquals(before, after.id());
            assertEquals("v", read(group.member(lost), "/k199"));
            assertEquals(List.of("m1", "m2", "m3"), names(store.members()));
        }
    }

    @Test
    void aMemberThatHadJoinedLaterAndWasWipedIsFilledByItself() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 50)) {
            RaftStore store = group.member(group.awaitLeader());
            Member before = store.members().add(group.join("m4"), false, PATIENCE);
            for (int i = 0; i < 200; i++) {
                put(store, "/k" + i, "v");
            }
            group.stop("m4");
            delete(group.directory("m4"));
            RaftStore filled = group.startJoined("m4");
            assertEquals("v", read(filled, "/k199"));
            Member after = store.members().all().getLast();
            assertEquals("m4", after.name());
            assertNotEquals(before.id(), after.id());
            assertFalse(after.learner());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aLearnerFollowsWithoutAVoteUntilItIsPromoted() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            RaftStore store = group.member(leader);
            put(store, "/k", "v");
            store.members().add(group.join("m4"), true, PATIENCE);
            MemberStatus learner =
                    store.members().look().stream()
                            .filter(s -> s.member().name().equals("m4"))
                            .findFirst()
                            .orElseThrow();
            assertEquals("learner", learner.role());
            assertEquals("v", read(group.member("m4"), "/k"));
            refused(Reason.WRONG_ROLE, () -> store.members().transfer("m4"));
            store.members().promote("m4");
            assertFalse(store.members().all().getLast().learner());
            store.members().promote("m4");
            store.members().transfer("m4");
            assertEquals("x", write(group.member("m4"), "x"));
        }
    }

    private static String write(Store store, String value) {
        put(store, "/written", value);
        return read(store, "/written");
    }

    @Test
    void leadershipGoesWhereItIsSent() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            String next = follower(group, leader);
            Members members = group.member(next).members();
            members.transfer(next);
            assertEquals(
                    next,
                    members.look().stream()
                            .filter(MemberStatus::leads)
                            .map(s -> s.member().name())
                            .findFirst()
                            .orElseThrow());
            members.transfer(next);
            assertEquals("x", write(group.member(leader), "x"));
        }
    }

    @Test
    void whatIsUnsafeOrMeansNobodyIsRefused() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            Members members = group.member(leader).members();
            MembershipException unknown = refused(Reason.UNKNOWN, () -> members.remove("nobody"));
            assertTrue(unknown.getMessage().contains("m1, m2, m3"), unknown.getMessage());
            refused(Reason.UNKNOWN, () -> members.transfer("nobody"));
            refused(Reason.NOT_READY, () -> members.add("127.0.0.1:1", false, PATIENCE));
            String own = members.all().getFirst().address();
            refused(Reason.EXISTS, () -> members.add(own, false, PATIENCE));
            String away = follower(group, leader);
            group.stop(away);
            String there =
                    group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
            refused(Reason.UNSAFE, () -> members.remove(there));
            refused(Reason.NOT_READY, () -> members.transfer(away));
            MemberStatus gone =
                    members.look().stream()
                            .filter(s -> s.member().name().equals(away))
                            .findFirst()
                            .orElseThrow();
            assertEquals(MemberStatus.UNREACHABLE, gone.role());
        }
    }

    @Test
    void aMemberThatWasAwayWhenItWasRemovedIsToldWhenItIsBack() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            String away = follower(group, leader);
            group.stop(away);
            group.member(leader).members().remove(away);
            group.start(away);
            assertTrue(group.awaitEnd(away).contains("removed"), "it says why");
            group.stop(away);
            assertThrows(StoreException.class, () -> group.start(away));
        }
    }
}
