package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.util.MD5FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that can't serve says why in one line, and ends; it never serves what is damaged. */
class StartFaultsTest {

    private static final int SMALL_DISK_WRITES = 5_000;

    @TempDir Path folder;

    @Test
    void aSnapshotOfAnotherVersionIsNotCalledDamaged() throws Exception {
        try (MemberGroup group = MemberGroup.filled(folder, 1_500)) {
            Path snapshot = group.newestSnapshot("m1");
            byte[] content = Files.readAllBytes(snapshot);
            content[7] = 99;
            Files.write(snapshot, content);
            MD5FileUtil.computeAndSaveMd5ForFile(snapshot.toFile());
            assertRefuses(group.start("m1"), "snapshot " + snapshot + " has format 99");
        }
    }

    @Test
    void aTakenPortIsSaid() throws Exception {
        try (MemberGroup group = new MemberGroup(folder);
                ServerSocket taken = new ServerSocket()) {
            int port = Integer.parseInt(group.ports().split(",")[0]);
            taken.bind(new InetSocketAddress("127.0.0.1", port));
            assertRefuses(group.start("m1"), "can't listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void aDirectoryThatAnotherProcessUsesIsSaid() throws Exception {
        try (MemberGroup group = new MemberGroup(folder);
                MemberGroup other = new MemberGroup(folder)) {
            group.startAll();
            assertRefuses(other.start("m1"), "another process uses the data directory");
        }
    }

    @Test
    void aDirectoryThatCantBeWrittenIsSaid() throws Exception {
        Files.writeString(folder.resolve("m1"), "a file where the directory should be");
        try (MemberGroup group = new MemberGroup(folder)) {
            assertRefuses(group.start("m1"), "can't write to the data directory");
        }
    }

    @Test
    void aMemberWhoseDiskIsFullEndsAndNothingAcknowledgedIsLost() throws Exception {
        Path small = Files.createDirectories(folder.resolve("m1"));
        String mount = "mount -t tmpfs -o size=20m tmpfs " + small + " && exec \"$@\"";
        try (MemberGroup group = new MemberGroup(folder)) {
            group.start("m1", "unshare", "-rm", "sh", "-c", mount, "sh");
            group.start("m2");
            group.start("m3");
            group.all().forEach(MemberProcess::awaitReady);
            group.awaitLeader();
            MemberProcess m1 = group.member("m1");
            String value = "x".repeat(20_000);
            List<Integer> acknowledged = new ArrayList<>();
            for (int i = 0; i < SMALL_DISK_WRITES && m1.isAlive(); i++) {
                String answer = group.member("m2").ask("put /k" + i + " " + value + i).join();
                if (answer.startsWith("ok")) {
                    acknowledged.add(i);
                }
            }
            assertEquals(1, m1.awaitExit());
            assertTrue(m1.messages().getLast().contains("make room"), m1.messages().toString());
            assertFalse(acknowledged.isEmpty());
            for (int i : acknowledged) {
                assertEquals("ok " + value + i, group.member("m3").ask("get /k" + i).join());
            }
        }
    }

    private static void assertRefuses(MemberProcess member, String why) throws IOException {
        assertEquals(1, member.awaitExit());
        List<String> messages = member.messages();
        assertEquals(1, messages.size(), messages.toString());
        assertTrue(messages.getFirst().startsWith("quilla: " + why), messages.toString());
    }
}
