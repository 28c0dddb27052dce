package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Member;
import dev.quilla.store.Op;
import dev.quilla.store.Store;
import dev.quilla.store.StoreException;
import dev.quilla.store.StoreStatus;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.ContentsCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store goes on with one of three members when two are gone for good. */
@Timeout(180)
class RecoveryTest {

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

    @Test
    void whatAStoppedMemberHasIsReadToItsLastEntry() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 20)) {
            String leader = group.awaitLeader();
            RaftStore store = group.member(leader);
            for (int i = 0; i < 70; i++) {
                put(store, "/k" + i % 9, "v" + i);
            }
            StoreStatus status = store.status();
            assertThrows(StoreException.class, () -> Recovery.open(group.directory(leader)));
            group.ids().forEach(group::stop);
            try (Recovery recovery = Recovery.open(group.directory(leader))) {
                Remains remains = recovery.remains();
                assertEquals(leader, remains.member());
                assertEquals(status.revision(), remains.revision());
                assertEquals(status.digest(), remains.digest());
                assertEquals(status.entries(), remains.entries());
                assertTrue(remains.index() >= status.appliedIndex());
                assertEquals(
                        List.of("m1", "m2", "m3"),
                        remains.members().stream()
                                .map(RaftStoreConfig.Member::id)
                                .sorted()
                                .toList());
                assertEquals("", remains.damage());
                assertEquals(List.of(), recovery.answering(Optional.empty()));
            }
        }
    }

    @Test
    void aMemberGoesOnAloneAndGrowsAgain() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 25)) {
            String leader = group.awaitLeader();
            RaftStore store = group.member(leader);
            for (int i = 0; i < 90; i++) {
                put(store, "/k" + i, "v" + i);
            }
            StoreStatus before = store.status();
            group.ids().forEach(group::stop);
            try (Recovery recovery = Recovery.open(group.directory(leader))) {
                recovery.goOnAlone(group.address(leader));
            }
            RaftStore alone = group.start(leader);
            assertEquals("v89", read(alone, "/k89"));
            assertEquals(before.entries(), alone.status().entries());
            // Whatever the others had acknowledged besides, no revision comes twice.
            assertEquals(
                    before.revision() + ContentsCodec.REVISIONS_MORE, alone.status().revision());
            assertThrows(
                    CompactedException.class,
                    () -> alone.watch(KeyRange.ALL, before.revision()).next(Duration.ZERO));
            put(alone, "/after", "x");
            // The old ones have a majority of the old store, but this one is no part of it.
            List<String> old =
                    List.of("m1", "m2", "m3").stream().filter(id -> !id.equals(leader)).toList();
            old.forEach(group::start);
            put(alone, "/undisturbed", "y");
            assertEquals(List.of(leader), names(alone));
            old.forEach(group::stop);
            alone.members().add(group.join("m4"), false, PATIENCE);
            alone.members().add(group.join("m5"), false, PATIENCE);
            assertEquals("y", read(group.member("m5"), "/undisturbed"));
            assertEquals(3, names(alone).size());
            group.stop(leader);
            assertEquals("x", read(group.start(leader), "/after"));
        }
    }

    private static List<String> names(RaftStore store) {
        return store.members().all().stream().map(Member::name).toList();
    }

    @Test
    void whoHasMoreIsKnown() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 10_000)) {
            String leader = group.awaitLeader();
            String behind =
                    group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
            group.stop(behind);
            put(group.member(leader), "/k", "v");
            group.ids().forEach(group::stop);
            try (Recovery less = Recovery.open(group.directory(behind));
                    Recovery more = Recovery.open(group.directory(leader))) {
                assertTrue(less.remains().isBehind(more.remains()));
                assertFalse(more.remains().isBehind(less.remains()));
            }
        }
    }

    @Test
    void nothingIsMadeOutOfNothing() {
        assertThrows(StoreException.class, () -> Recovery.open(folder.resolve("empty")));
    }
}
