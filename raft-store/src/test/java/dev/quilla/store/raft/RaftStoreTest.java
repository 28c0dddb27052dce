package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Event;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftStoreTest {

    private static final KeyRange ALL = KeyRange.prefix("/");

    @TempDir Path folder;

    private static Txn put(String key, String value) {
        return Txn.of(List.of(), List.of(new Op.Put(new Key(key), bytes(value))));
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Store store, String key) {
        return store.view(new Freshness.Linearizable())
                .get(new Key(key))
                .map(Entry::value)
                .map(b -> new String(b.shared(), StandardCharsets.UTF_8))
                .orElse("");
    }

    @Test
    void everyMemberTakesWritesAndReadsWhatOthersWrote() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            group.awaitLeader();
            long last = View.FIRST;
            for (String id : group.ids()) {
                Outcome outcome = group.member(id).commit(put("/" + id, id));
                long revision = assertInstanceOf(Outcome.Committed.class, outcome).revision();
                assertEquals(last + 1, revision);
                last = revision;
                for (String other : group.ids()) {
                    assertEquals(id, read(group.member(other), "/" + id));
                }
            }
        }
    }

    @Test
    void aTransactionHappensWholeOrNotAtAll() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            Store leader = group.member(group.awaitLeader());
            Outcome written = leader.commit(put("/a", "1"));
            Outcome refused =
                    leader.commit(
                            Txn.of(
                                    List.of(new Compare.Absent(new Key("/a"))),
                                    List.of(
                                            new Op.Put(new Key("/a"), bytes("2")),
                                            new Op.Put(new Key("/b"), bytes("2")))));
            assertEquals(
                    assertInstanceOf(Outcome.Committed.class, written).revision(),
                    assertInstanceOf(Outcome.Refused.class, refused)
                            .current()
                            .orElseThrow()
                            .modRevision());
            assertEquals("", read(leader, "/b"));
            long term = leader.leadership().term().orElseThrow();
            assertInstanceOf(
                    Outcome.Fenced.class,
                    leader.commit(
                            new Txn(
                                    List.of(),
                                    List.of(new Op.Delete(new Key("/a"))),
                                    OptionalLong.of(term - 1))));
            assertInstanceOf(
                    Outcome.Committed.class,
                    leader.commit(
                            new Txn(
                                    List.of(),
                                    List.of(new Op.Delete(new Key("/a"))),
                                    OptionalLong.of(term))));
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesTheLossOfTheLeaderAndARestartOfAll() throws Exception {
        List<String> written = new ArrayList<>();
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 20)) {
            String leader = group.awaitLeader();
            for (int i = 0; i < 50; i++) {
                group.member(leader).commit(put("/k" + i, "v" + i));
                written.add("/k" + i);
            }
            group.stop(leader);
            String next = group.awaitLeader();
            group.member(next).commit(put("/after", "x"));
            written.add("/after");
            group.start(leader);
            assertEquals("x", read(group.member(leader), "/after"));
            for (String id : group.ids()) {
                group.stop(id);
            }
            for (String id : List.of("m1", "m2", "m3")) {
                group.start(id);
            }
            group.awaitLeader();
            for (String key : written) {
                assertTrue(!read(group.member("m2"), key).isEmpty(), key);
            }
        }
    }

    @Test
    void aMemberThatMissedMoreThanTheLogKeepsIsFilledBySnapshot() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10)) {
            String leader = group.awaitLeader();
            String behind =
                    group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
            group.stop(behind);
            for (int i = 0; i < 60; i++) {
                group.member(leader).commit(put("/k", "v" + i));
            }
            assertEquals("v59", read(group.start(behind), "/k"));
        }
    }

    @Test
    void aLeaderThatStopsLeavesTheOthersWithALeader() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000, Duration.ofMinutes(1))) {
            String leader = group.awaitLeader();
            group.member(leader).commit(put("/k", "v"));
            group.stop(leader);
            Store next = group.member(group.awaitLeader());
            next.commit(put("/k", "w"));
            assertEquals("w", read(next, "/k"));
        }
    }

    /** A snapshot travels in pieces, each smaller than a message may be. */
    @Test
    void aSnapshotLargerThanAMessageArrives() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10)) {
            String leader = group.awaitLeader();
            String behind =
                    group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
            group.stop(behind);
            Bytes large = Bytes.wrap(new byte[1 << 20]);
            for (int i = 0; i < 24; i++) {
                Op op = new Op.Put(new Key("/k" + i), large);
                group.member(leader).commit(Txn.of(List.of(), List.of(op)));
            }
            for (int i = 0; i < 20; i++) {
                group.member(leader).commit(put("/last", "v" + i));
            }
            Store filled = group.start(behind);
            assertEquals("v19", read(filled, "/last"));
            assertEquals(25, filled.status().entries());
        }
    }

    @Test
    void readsGoOnWhileLeadershipChangesHands() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String first = group.awaitLeader();
            group.member(first).commit(put("/k", "v"));
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Store member = group.member(group.ids().get(i % 3));
                readers.add(
                        threads.submit(() -> {
                            for (int n = 0; n < 200; n++) {
                                assertEquals("v", read(member, "/k"));
                            }
                        }));
            }
            for (Future<?> reader : readers) {
                reader.get(60, java.util.concurrent.TimeUnit.SECONDS);
            }
            group.stop(first);
            assertEquals("v", read(group.member(group.awaitLeader()), "/k"));
        }
    }

    @Test
    void aWatchSeesEveryChangeOnceAndInOrder() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String leader = group.awaitLeader();
            String follower =
                    group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
            try (Watch watch = group.member(follower).watch(ALL, View.FIRST)) {
                Future<?> writer =
                        threads.submit(() -> {
                            for (int i = 0; i < 100; i++) {
                                group.member(leader).commit(put("/k" + i % 7, "v" + i));
                            }
                        });
                List<Long> revisions = new ArrayList<>();
                while (revisions.size() < 100) {
                    watch.next(Duration.ofSeconds(10)).events().stream()
                            .map(Event::revision)
                            .forEach(revisions::add);
                }
                writer.get();
                for (int i = 0; i < 100; i++) {
                    assertEquals(View.FIRST + i + 1, revisions.get(i));
                }
            }
        }
    }

    @Test
    void aDamagedSnapshotIsNamedAndNeverServed() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 5)) {
            Store leader = group.member(group.awaitLeader());
            for (int i = 0; i < 30; i++) {
                leader.commit(put("/k" + i, "v"));
            }
        }
        try (var files = Files.walk(folder.resolve("m1"))) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
                            .toList()) {
                byte[] content = Files.readAllBytes(file);
                content[content.length / 2] ^= 1;
                Files.write(file, content);
            }
        }
        RaftStoreConfig alone =
                new RaftStoreConfig(
                        "test",
                        "m1",
                        List.of(new RaftStoreConfig.Member("m1", "127.0.0.1", 1)),
                        folder.resolve("m1"),
                        java.util.Optional.empty(),
                        Duration.ofMillis(500),
                        Duration.ofMillis(1000),
                        5,
                        why -> {});
        assertThrows(StoreException.class, () -> RaftStore.open(alone));
    }
}
