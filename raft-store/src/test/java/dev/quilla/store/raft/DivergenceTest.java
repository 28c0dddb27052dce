package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Freshness;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Store;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member whose state is not what the log makes: the checksums of its files are all right. */
@Timeout(180)
class DivergenceTest {

    @TempDir Path folder;

    @Test
    void aMemberThatDiffersFromTheOthersStopsAndIsFilledAnew() throws Exception {
        try (RaftGroupFixture group = new RaftGroupFixture(folder, 20, Duration.ofSeconds(2))) {
            String leader = group.awaitLeader();
            for (int i = 0; i < 100; i++) {
                put(group.member(leader), "/k" + i, 1);
            }
            String follower =
                    group.ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
            group.stop(follower);
            plant(folder.resolve(follower));
            group.start(follower);
            put(group.member(group.awaitLeader()), "/last", 1);

            String why = group.awaitEnd(follower);
            assertTrue(why.contains("the state of this member, " + follower), why);
            group.stop(follower);
            RaftStore repaired = group.start(follower);
            assertTrue(repaired.repaired().orElseThrow().contains("the state of this member"));
            put(group.member(leader), "/after", 1);
            assertEquals(
                    group.member(leader).contents().view().revision(),
                    repaired.contents().view().revision());
            assertEquals(group.member(leader).status().digest(), repaired.status().digest());
            assertFalse(group.hasEnded(leader), leader);
            for (String id : group.ids()) {
                assertEquals(
                        102,
                        group.member(id)
                                .view(new Freshness.Linearizable())
                                .range(dev.quilla.store.KeyRange.ALL, 0)
                                .size());
            }
        }
    }

    private static void put(Store store, String key, int value) {
        store.commit(write(key, value));
    }

    private static Txn write(String key, int value) {
        Bytes bytes = Bytes.wrap(new byte[] {(byte) value});
        return Txn.of(List.of(), List.of(new Op.Put(new Key(key), bytes)));
    }

    /** As if an entry had been applied in another way. */
    private static void plant(Path dataDir) throws IOException {
        Path file;
        try (Stream<Path> files = Files.walk(dataDir)) {
            file =
                    files.filter(f -> f.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
                            .max(Comparator.comparingLong(DivergenceTest::index))
                            .orElseThrow();
        }
        MvccState state = SnapshotFile.read(file);
        RatisSnapshot.write(state.apply(1, 1, write("/k0", 2)).state(), file);
    }

    private static long index(Path snapshot) {
        return Long.parseLong(snapshot.getFileName().toString().replaceAll(".*_", ""));
    }
}
