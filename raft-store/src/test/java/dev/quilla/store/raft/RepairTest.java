package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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
        try (MemberGroup group = MemberGroup.filled(folder, 1_100)) {
            Path snapshot = group.newestSnapshot("m1");
            damage(snapshot, Files.size(snapshot) / 2);
            assertIsRepaired(group, 1_100, "snapshot ");
        }
    }

    @Test
    void aSnapshotThatEndsTooEarlyIsRepaired() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 1_100)) {
            Path snapshot = group.newestSnapshot("m1");
            truncate(snapshot, Files.size(snapshot) / 2);
            assertIsRepaired(group, 1_100, "snapshot ");
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

    /** One that is as good as any other, but for its checksum. */
    @Test
    void aVoteForAnotherThanWasWrittenIsRepaired() throws Exception {
        try (MemberGroup group = new MemberGroup(folder)) {
            group.startAll();
            assertTrue(group.awaitLeader().ask("put /k0 value0").join().startsWith("ok"));
            Path file = group.newest("m1", "raft-meta");
            awaitSeal(file);
            group.all().forEach(MemberProcess::close);
            FileTime written = Files.getLastModifiedTime(file);
            String other = Files.readString(file).replaceAll("votedFor=.*", "votedFor=m7");
            Files.writeString(file, other);
            Files.setLastModifiedTime(file, written);
            assertIsRepaired(group, 1, "for whom this member voted");
        }
    }

    /** Until the checksum is of the newest vote: the first one is from before the election. */
    private static void awaitSeal(Path vote) throws IOException, InterruptedException {
        Path seal = vote.resolveSibling("../vote.sum");
        String wanted = Files.getLastModifiedTime(vote).toMillis() + " ";
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!Files.exists(seal) || !Files.readString(seal).startsWith(wanted)) {
            assertTrue(System.nanoTime() < deadline, seal + " does not come");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void twoDamagedMembersOfThreeChangeNothingAndSayWhatToDo() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 100)) {
            damage(group.newest("m1", "log_.*"), 200);
            damage(group.newest("m2", "log_.*"), 200);
            group.start("m3");
            for (MemberProcess damaged : List.of(group.start("m1"), group.start("m2"))) {
                assertEquals(1, damaged.awaitExit());
                String said = String.join("\n", damaged.messages());
                assertTrue(said.contains("the log in "), said);
                assertTrue(said.contains("use quilla member recover"), said);
            }
            assertTrue(group.member("m3").isAlive());
            assertFalse(isAside("m1") || isAside("m2"), "somebody has touched what is left");
        }
    }

    @Test
    void aRepairThatIsKilledOnItsWayEndsWellTheNextTime() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 100)) {
            damage(group.newest("m1", "log_.*"), 200);
            group.start("m2");
            group.start("m3");
            group.awaitLeader();
            for (String sign :
                    List.of("damaged-[^/]*", "damaged-.*/why", "identity.new|raft-meta")) {
                MemberProcess repairing = group.start("m1");
                awaitFile("m1", sign, repairing);
                repairing.kill();
                repairing.awaitExit();
            }
            MemberProcess repaired = group.start("m1");
            assertEquals("ok ready", repaired.awaitReady());
            assertHasAll(repaired, 100);
            assertTrue(repaired.ask("put /after x").join().startsWith("ok"));
        }
    }

    /** Or until the member has ended by itself, or is ready. */
    private void awaitFile(String id, String name, MemberProcess member) throws Exception {
        Pattern wanted = Pattern.compile(name);
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (member.isAlive() && !member.isReady() && System.nanoTime() < deadline) {
            try (Stream<Path> files = Files.walk(folder.resolve(id))) {
                if (files.map(f -> folder.resolve(id).relativize(f).toString())
                        .anyMatch(f -> wanted.matcher(f).matches())) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // A file went while it was looked at.
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Test
    void aMemberIsFilledByALargeSnapshot() throws Exception {
        int writes = 1_000;
        String large = "x".repeat(20_000);
        try (MemberGroup group = new MemberGroup(folder)) {
            group.startAll();
            MemberGroup.write(group.awaitLeader(), writes, large, 16);
            group.all().forEach(MemberProcess::close);
            wipe("m1");
            group.start("m2");
            group.start("m3");
            MemberProcess repaired = group.start("m1");
            assertEquals("ok ready", repaired.awaitReady());
            for (int i = 0; i < writes; i++) {
                assertEquals("ok " + large + i, repaired.ask("get /k" + i).join());
            }
            assertTrue(
                    Files.size(group.newestSnapshot("m1")) > 10_000_000, "it was filled otherwise");
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
