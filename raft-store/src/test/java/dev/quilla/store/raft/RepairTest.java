package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member whose data is damaged or gone is filled from the others, and acts on nothing before. */
@Timeout(240)
class RepairTest {

    @TempDir Path folder;

    @Test
    void aFlippedByteInTheLogIsRepaired() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 100)) {
            damage(group.newest("m1", "log_.*"), 200);
            assertIsRepaired(group, 100, "the log in ");
        }
    }

    @Test
    void aFlippedByteInASnapshotIsRepaired() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 1_500)) {
            Path snapshot = group.newestSnapshot("m1");
            damage(snapshot, Files.size(snapshot) / 2);
            assertIsRepaired(group, 1_500, "snapshot ");
        }
    }

    @Test
    void aSnapshotThatEndsTooEarlyIsRepaired() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 1_500)) {
            Path snapshot = group.newestSnapshot("m1");
            truncate(snapshot, Files.size(snapshot) / 2);
            assertIsRepaired(group, 1_500, "snapshot ");
        }
    }

    @Test
    void aVoteThatCantBeReadIsRepaired() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 20)) {
            try (Stream<Path> files = Files.walk(folder.resolve("m1"))) {
                truncate(files.filter(f -> f.endsWith("raft-meta")).findFirst().orElseThrow(), 5);
            }
            assertIsRepaired(group, 20, "for whom this member voted");
        }
    }

    @Test
    void aFirstMemberWhoseDiskWasWipedIsFilledAndNeverCountedBefore() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 100)) {
            wipe("m1");
            // Of the two that run only one has the data: together they must not lead.
            MemberProcess wiped = group.start("m1");
            group.start("m2");
            assertEquals(1, wiped.awaitExit());
            List<String> messages = wiped.messages();
            assertEquals(1, messages.size(), messages.toString());
            assertTrue(messages.getFirst().contains("m1 has lost its data"), messages.toString());
            assertTrue(messages.getFirst().contains("start those that are away"));
            group.start("m3");
            assertIsRepaired(group, 100, "m1 has lost its data", "m1");
        }
    }

    /** All three at once, as when the power fails; nothing of it was acknowledged. */
    @Test
    void aWriteThatWasCutOffIsTakenAwayByEachMemberItself() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 100)) {
            for (String id : MemberGroup.IDS) {
                Path open = group.newest(id, "log_inprogress_\\d+");
                long end = LogSegmentFile.read(open).end();
                try (RandomAccessFile file = new RandomAccessFile(open.toFile(), "rw")) {
                    file.seek(end);
                    file.write(new byte[] {(byte) 0xa0, (byte) 0x9c, 0x01, 8, 1, 16, 101});
                }
            }
            group.startAll();
            group.awaitLeader();
            assertHasAll(group.member("m1"), 100);
            for (String id : MemberGroup.IDS) {
                assertFalse(isAside(id), id);
            }
        }
    }

    @Test
    void theFirstMembersBeginWhenTheLastOfThemIsThere() throws Exception {
        try (MemberGroup group = new MemberGroup(folder)) {
            MemberProcess m1 = group.start("m1");
            MemberProcess m2 = group.start("m2");
            awaitListening(Integer.parseInt(group.ports().split(",")[0]));
            awaitListening(Integer.parseInt(group.ports().split(",")[1]));
            assertFalse(m1.isReady() || m2.isReady());
            group.start("m3");
            group.all().forEach(MemberProcess::awaitReady);
            assertTrue(group.awaitLeader().ask("put /k v").join().startsWith("ok"));
            for (String id : MemberGroup.IDS) {
                assertEquals("ok v", group.member(id).ask("get /k").join());
                assertFalse(isAside(id), id);
            }
        }
    }

    private static void awaitListening(int port) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertTrue(socket.isConnected());
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new AssertionError("nobody listens on " + port);
    }

    private void assertIsRepaired(MemberGroup group, int writes, String why) throws Exception {
        group.start("m2");
        group.start("m3");
        assertIsRepaired(group, writes, why, "m1");
    }

    private void assertIsRepaired(MemberGroup group, int writes, String why, String id)
            throws Exception {
        MemberProcess repaired = group.start(id);
        assertEquals("ok ready", repaired.awaitReady());
        assertHasAll(repaired, writes);
        String note = Aside.note(folder.resolve(id)).orElseThrow();
        assertTrue(note.contains(why), note);
        // It counts again: with it two of three are a majority, and it starts like any other.
        group.member("m2").close();
        assertTrue(repaired.ask("put /after x").join().startsWith("ok"));
        repaired.close();
        MemberProcess again = group.start(id);
        again.awaitReady();
        assertEquals("ok x", again.ask("get /after").join());
        assertEquals(note, Aside.note(folder.resolve(id)).orElseThrow());
    }

    private static void assertHasAll(MemberProcess member, int writes) {
        for (int i = 0; i < writes; i++) {
            assertEquals("ok value" + i, member.ask("get /k" + i).join());
        }
    }

    private boolean isAside(String id) throws IOException {
        return Aside.note(folder.resolve(id)).isPresent();
    }

    private void wipe(String id) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(id))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    private static void damage(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int found = open.read();
            open.seek(at);
            open.write(found ^ 1);
        }
    }
}
