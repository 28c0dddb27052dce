package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must hold when processes die or stand still, with real processes. */
class DurabilityTest {

    private static final int ROUNDS = 3;

    @TempDir Path folder;

    @Test
    void whatWasAcknowledgedSurvivesTheDeathOfAllMembersAtOnce() throws Exception {
        Map<String, String> acknowledged = new HashMap<>();
        try (MemberGroup group = new MemberGroup(folder)) {
            for (int round = 0; round < ROUNDS; round++) {
                group.startAll();
                group.awaitLeader();
                try (Writers writers = new Writers(group, "/r" + round, 1_000)) {
                    writers.awaitEnough();
                    group.all().forEach(MemberProcess::kill);
                    acknowledged.putAll(writers.stop());
                }
                group.all().forEach(MemberProcess::awaitExit);
            }
            group.startAll();
            assertAllThere(group.awaitLeader(), acknowledged);
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesTheDeathOfTheLeaderUnderLoad() throws Exception {
        Map<String, String> acknowledged = new HashMap<>();
        try (MemberGroup group = new MemberGroup(folder)) {
            group.startAll();
            for (int round = 0; round < ROUNDS; round++) {
                MemberProcess leader = group.awaitLeader();
                try (Writers writers = new Writers(group, "/r" + round, 1_000)) {
                    writers.awaitEnough();
                    leader.kill();
                    group.awaitLeader();
                    acknowledged.putAll(writers.stop());
                }
                leader.awaitExit();
                for (String id : MemberGroup.IDS) {
                    if (!group.member(id).isAlive()) {
                        group.start(id).awaitReady();
                    }
                }
            }
            for (MemberProcess member : group.all()) {
                assertAllThere(member, acknowledged);
            }
        }
    }

    private static void assertAllThere(MemberProcess member, Map<String, String> acknowledged) {
        assertTrue(acknowledged.size() >= ROUNDS * 1_000);
        Map<String, CompletableFuture<String>> found = new HashMap<>();
        acknowledged.keySet().forEach(key -> found.put(key, member.ask("get " + key)));
        acknowledged.forEach(
                (key, value) -> assertEquals("ok " + value, found.get(key).join(), key));
    }

    @Test
    void aLeaderThatStoodStillNeverAnswersWhatIsOld() throws Exception {
        try (MemberGroup group = new MemberGroup(folder)) {
            group.startAll();
            for (int round = 0; round < ROUNDS; round++) {
                MemberProcess old = group.awaitLeader();
                String before = "before" + round;
                assertTrue(old.ask("put /k " + before).join().startsWith("ok"));
                // A leader that has been confirmed once since its last write must ask again.
                for (int i = 0; i < 50; i++) {
                    assertEquals("ok " + before, old.ask("get /k").join());
                }
                old.signal("STOP");
                MemberProcess next = group.awaitLeaderBut(Optional.of(old));
                assertTrue(next.ask("put /k after" + round).join().startsWith("ok"));
                List<CompletableFuture<String>> answers =
                        IntStream.range(0, 200).mapToObj(i -> old.ask("get /k")).toList();
                old.signal("CONT");
                for (CompletableFuture<String> answer : answers) {
                    assertNotEquals("ok " + before, answer.join());
                }
                assertEquals("ok after" + round, old.ask("get /k").join());
            }
        }
    }

    /** Time-outs alone would take at least half a minute. */
    @Test
    void theOthersElectAtOnceWhenTheLeadersProcessEnds() throws Exception {
        try (MemberGroup group = new MemberGroup(folder, Duration.ofMinutes(1))) {
            group.startAll();
            MemberProcess leader = group.awaitLeader();
            assertTrue(leader.ask("put /k v").join().startsWith("ok"));
            MemberProcess other =
                    group.all().stream().filter(m -> m != leader).findFirst().orElseThrow();
            assertEquals("ok v", other.ask("get /k").join());
            leader.kill();
            CompletableFuture<String> put = other.ask("put /k w");
            assertTrue(put.get(20, TimeUnit.SECONDS).startsWith("ok"));
        }
    }

    /** Only its log is new enough to win. */
    @Test
    void aLeaderThatLostItsMajorityForAMomentLeadsAgainSoon() throws Exception {
        try (MemberGroup group = new MemberGroup(folder)) {
            group.startAll();
            MemberProcess leader = group.awaitLeader();
            List<MemberProcess> others = group.all().stream().filter(m -> m != leader).toList();
            others.getFirst().kill();
            others.getLast().signal("STOP");
            CompletableFuture<String> put = leader.ask("put /k v");
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (leader.ask("role").join().equals("ok leader") && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            others.getLast().signal("CONT");
            assertTrue(put.get(20, TimeUnit.SECONDS).startsWith("ok"), put.join());
        }
    }
}
