package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Command;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.Outcome;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.log.CommandLog;
import dev.quilla.store.log.Replica;
import dev.quilla.store.mvcc.MvccState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who leads after a leader, where one of the members has much to apply yet: two real processes, and
 * one in this one that takes minutes for it.
 */
@Timeout(180)
class SuccessionTest {

    /**
     * So many more than a member may have to apply that it is not as good as others for a minute.
     */
    private static final int WRITES = 400;

    /** Something is applied all the time, so that it does not stand still either. */
    private static final Duration PACE = Duration.ofMillis(500);

    @TempDir Path folder;

    private final Slow slow = new Slow();
    private MemberGroup group;
    private RatisLog first;

    /** Applies as a member does that was just started, only slower. */
    private static final class Slow implements CommandLog.Follower {

        private final Replica replica = new Replica();
        private final CountDownLatch hurry = new CountDownLatch(1);
        private final CountDownLatch leads = new CountDownLatch(1);
        private volatile CountDownLatch still = new CountDownLatch(0);
        private volatile boolean slow;

        void slowDown() {
            slow = true;
        }

        void standStill() {
            still = new CountDownLatch(1);
        }

        void hurry() {
            still.countDown();
            hurry.countDown();
        }

        @Override
        public List<Outcome> apply(long index, long term, List<Command> commands) {
            pause();
            return replica.apply(index, term, commands);
        }

        private void pause() {
            try {
                still.await();
                if (slow) {
                    hurry.await(PACE.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public MvccState save() {
            return replica.save();
        }

        @Override
        public void load(MvccState state) {
            replica.load(state);
        }

        @Override
        public void leads(long term) {
            leads.countDown();
            replica.leads(term);
        }

        @Override
        public void follows() {
            replica.follows();
        }

        @Override
        public void leaderIs(String memberId) {
            replica.leaderIs(memberId);
        }
    }

    /** The second leads, the first has everything and has yet to apply most of it. */
    @BeforeEach
    void start() throws Exception {
        group = new MemberGroup(folder);
        group.start("m2");
        group.start("m3");
        first =
                RatisLog.open(
                        MemberMain.config(
                                "m1", group.ports().split(","), folder.resolve("m1"), 300),
                        slow);
        group.all().forEach(MemberProcess::awaitReady);
        first.members().transfer("m2");
        slow.slowDown();
        for (int i = 0; i < WRITES; i++) {
            String answer = group.member("m2").ask("put /k" + i + " v").join();
            assertTrue(answer.startsWith("ok"), answer);
        }
        awaitSameLogs();
    }

    /** Whoever has more must lead in any case. */
    private void awaitSameLogs() throws InterruptedException {
        await(members ->
                members.stream().mapToLong(MemberStatus::lastIndex).distinct().count() == 1);
    }

    private void awaitAllApplied() throws InterruptedException {
        await(members -> members.stream().allMatch(m -> m.appliedIndex() == m.lastIndex()));
    }

    private void await(Predicate<List<MemberStatus>> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!wanted.test(first.members().look())) {
            assertTrue(System.nanoTime() < deadline, () -> first.members().look().toString());
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @AfterEach
    void stop() {
        slow.hurry();
        first.close();
        group.close();
    }

    private boolean firstLeads() {
        return first.position().role().equals("leader");
    }

    @Test
    void aMemberThatHasAppliedTheLogLeadsAfterOneThatWasKilled() throws Exception {
        group.member("m2").kill();
        assertEquals(group.member("m3"), group.awaitLeader());
        assertFalse(firstLeads());
        assertTrue(group.member("m3").ask("put /after v").join().startsWith("ok"));
    }

    @Test
    void aMemberThatHasAppliedTheLogLeadsAfterOneThatSaysGoodbye() throws Exception {
        group.member("m2").leave();
        assertEquals(group.member("m3"), group.awaitLeader());
        assertFalse(firstLeads());
    }

    @Test
    void aLeaderThatHasMuchToApplyLetsAnotherLead() throws Exception {
        try {
            first.members().transfer("m1");
        } catch (UnavailableException e) {
            // It may have led for so short a time that nobody saw it.
            assertTrue(e.getMessage().contains("m1 does not lead"), e.getMessage());
        }
        group.awaitLeader();
        assertFalse(firstLeads());
        assertTrue(group.member("m3").ask("put /after v").join().startsWith("ok"));
    }

    @Test
    void aLeaderThatAppliesNothingHandsOver() throws Exception {
        slow.hurry();
        awaitAllApplied();
        first.members().transfer("m1");
        slow.leads.await();
        slow.standStill();
        group.member("m2").ask("put /waits v");
        group.awaitLeader();
        assertFalse(firstLeads());
        assertTrue(group.member("m3").ask("put /after v").join().startsWith("ok"));
    }
}
