package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Contents;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Store;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import dev.quilla.store.backup.Backups;
import dev.quilla.store.backup.NewFile;
import dev.quilla.store.backup.Origin;
import dev.quilla.store.mvcc.MvccState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of real members that begins with a backup of another one. */
class RaftRestoreTest {

    private static final long MORE = 1_000_000;

    @TempDir Path folder;

    @Test
    void aNewGroupGoesOnFromABackupOfAnother() throws Exception {
        Path file = folder.resolve("backup");
        List<Entry> before;
        try (RaftGroupFixture group = new RaftGroupFixture(folder.resolve("old"), 1_000)) {
            Store store = group.member(group.awaitLeader());
            store.commit(new Command.Grant(new LeaseId(9), Duration.ofMinutes(5)));
            for (int i = 0; i < 20; i++) {
                put(store, "/k" + i, i == 0 ? new LeaseId(9) : LeaseId.NONE);
            }
            Contents contents = store.contents();
            before = contents.view().range(KeyRange.ALL, 0);
            try (NewFile fresh = NewFile.at(file)) {
                Backups.write(
                        contents,
                        new Origin(Origin.STORE, "test", "m1", Instant.EPOCH),
                        fresh.out());
                fresh.finish();
            }
            put(store, "/later", LeaseId.NONE);
        }
        MvccState state = Backups.restored(file, MORE);
        Path fresh = folder.resolve("new");
        for (int i = 1; i <= 3; i++) {
            RaftRestore.make("test", fresh.resolve("m" + i), state);
            assertFalse(RaftRestore.isEmpty(fresh.resolve("m" + i)));
        }
        try (RaftGroupFixture group = new RaftGroupFixture(fresh, 10)) {
            Store store = group.member(group.awaitLeader());
            assertEquals(before, view(store).range(KeyRange.ALL, 0));
            assertEquals(state.revision(), view(store).revision());
            assertEquals(List.of(new Key("/k0")), store.lease(new LeaseId(9)).orElseThrow().keys());
            long old = state.revision() - MORE;
            assertThrows(
                    CompactedException.class,
                    () -> store.watch(KeyRange.ALL, old + 1).next(Duration.ofSeconds(1)));
            for (int i = 0; i < 30; i++) {
                assertTrue(put(store, "/new" + i, LeaseId.NONE) > state.revision());
            }
            group.ids()
                    .forEach(id -> {
                        group.stop(id);
                        group.start(id);
                    });
            for (String id : group.ids()) {
                assertEquals(50, view(group.member(id)).range(KeyRange.ALL, 0).size(), id);
            }
        }
    }

    private static View view(Store store) {
        return store.view(new Freshness.Linearizable());
    }

    private static long put(Store store, String key, LeaseId lease) {
        Op put = new Op.Put(new Key(key), Bytes.wrap(new byte[] {1}), lease);
        return ((Outcome.Committed) store.commit(Txn.of(List.of(), List.of(put)))).revision();
    }
}
