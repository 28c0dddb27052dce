package dev.quilla.store.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.CompactedException;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {

    private static final Origin ORIGIN =
            new Origin(Origin.STORE, "c1", "m1", Instant.ofEpochMilli(1_700_000_000_123L));

    @TempDir private Path folder;

    private final InMemoryStore store = new InMemoryStore();

    private void put(String key, byte[] value, LeaseId lease) {
        store.commit(
                Txn.of(List.of(), List.of(new Op.Put(new Key(key), Bytes.wrap(value), lease))));
    }

    private Path written() throws IOException {
        Path file = folder.resolve("a.backup");
        try (NewFile fresh = NewFile.at(file)) {
            Backups.write(store.contents(), ORIGIN, fresh.out());
            fresh.finish();
        }
        return file;
    }

    /** More than one block, of bytes that can't be compressed. */
    private void fill() {
        Random random = new Random(1);
        store.commit(new Command.Grant(new LeaseId(7), Duration.ofSeconds(30)));
        for (int i = 0; i < 40; i++) {
            byte[] value = new byte[20_000];
            random.nextBytes(value);
            put("/k" + i, value, i % 10 == 0 ? new LeaseId(7) : LeaseId.NONE);
        }
        put("/\u00ff\u0000", new byte[0], LeaseId.NONE);
    }

    @Test
    void saysWhatItHolds() throws IOException {
        fill();
        Path file = written();
        BackupInfo info = Backups.verify(file);
        assertEquals(ORIGIN, info.origin());
        assertEquals(store.contents().view().revision(), info.revision());
        assertEquals(41, info.entries());
        assertEquals(1, info.leases());
        assertEquals(Files.size(file), info.fileBytes());
        assertEquals(32, info.fileBytes() % 512, "etcd's tools know by this that it ends whole");
        assertFalse(Files.exists(folder.resolve("a.backup.part")));
    }

    @Test
    void restoresTheSameEntriesAtAHigherRevision() throws IOException {
        fill();
        MvccState state = Backups.restored(written(), 1_000);
        assertEquals(store.contents().view().range(KeyRange.ALL, 0), state.range(KeyRange.ALL, 0));
        long before = store.contents().view().revision();
        assertEquals(before + 1_000, state.revision());
        assertEquals(4, state.lease(new LeaseId(7)).orElseThrow().keys().size());
        assertThrows(CompactedException.class, () -> state.eventsAfter(before, KeyRange.ALL));
    }

    @Test
    void anEmptyStoreHasABackupToo() throws IOException {
        assertEquals(0, Backups.verify(written()).entries());
    }

    @Test
    void noFlippedBitStaysUnseen() throws IOException {
        fill();
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            int at =
                    i < 40
                            ? i
                            : i < 80 ? whole.length - 1 - (i - 40) : random.nextInt(whole.length);
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            String why = refusal(file);
            assertTrue(why.contains("damaged at byte") || at < Block.MAGIC_BYTES, why);
        }
    }

    @Test
    void noTornFileStaysUnseen() throws IOException {
        fill();
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
            refusal(file);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 512));
        assertTrue(refusal(file).contains("goes on after its end, byte " + whole.length));
    }

    @Test
    void saysWhichBytesAreWrong() throws IOException {
        fill();
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        whole[300_000] ^= 1;
        Files.write(file, whole);
        String why = refusal(file);
        String[] numbers = why.replaceAll(".*bytes (\\d+) to (\\d+) .*", "$1 $2").split(" ");
        assertTrue(Integer.parseInt(numbers[0]) <= 300_000, why);
        assertTrue(Integer.parseInt(numbers[1]) >= 300_000, why);
    }

    @Test
    void anotherFormatIsNamedAndNotCalledDamaged() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        whole[14] = '2';
        Files.write(file, whole);
        assertTrue(refusal(file).contains("is a backup of format 2"));
    }

    @Test
    void aFileOfSomethingElseIsNoBackup() throws IOException {
        Path file = folder.resolve("b");
        Files.writeString(file, "something else that is long enough");
        assertTrue(refusal(file).contains("is not a backup of Quilla's"));
        assertTrue(refusal(folder.resolve("none")).contains("there is no backup"));
    }

    private static String refusal(Path file) {
        return assertThrows(StoreException.class, () -> Backups.verify(file)).getMessage();
    }
}
