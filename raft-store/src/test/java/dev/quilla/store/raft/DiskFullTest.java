package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All members' disks are nearly full: each has a small one of its own. */
@Timeout(180)
class DiskFullTest {

    private static final long LEFT = 2 << 20;

    @TempDir Path folder;

    @Test
    void readsGoOnWritesAreRefusedAndAllIsWellWhenThereIsRoomAgain() throws Exception {
        try (MemberGroup group = new MemberGroup(folder)) {
            for (String id : MemberGroup.IDS) {
                Path disk = Files.createDirectories(folder.resolve(id));
                String mount = "mount -t tmpfs -o size=48m tmpfs " + disk + " && exec \"$@\"";
                group.start(id, "unshare", "-rm", "sh", "-c", mount, "sh");
            }
            group.all().forEach(MemberProcess::awaitReady);
            MemberProcess any = group.awaitLeader();
            assertTrue(any.ask("put /before v").join().startsWith("ok"));

            for (String id : MemberGroup.IDS) {
                fill(ballast(group, id));
            }
            await(any, "put /k v", "no the disk of the data directory is full");
            for (MemberProcess member : group.all()) {
                await(member, "put /k v", "no the disk of the data directory is full");
                assertEquals("ok v", member.ask("get /before").join());
            }
            for (String id : MemberGroup.IDS) {
                Files.delete(ballast(group, id));
            }
            for (MemberProcess member : group.all()) {
                await(member, "put /k v", "ok");
            }
        }
    }

    /** As the member sees it, which has mounts of its own. */
    private Path ballast(MemberGroup group, String id) {
        return Path.of("/proc/" + group.member(id).pid() + "/root" + folder.resolve(id))
                .resolve("ballast");
    }

    private static void fill(Path file) throws IOException {
        long free = file.getParent().toFile().getUsableSpace();
        byte[] piece = new byte[1 << 20];
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            for (long written = 0; written < free - LEFT; written += piece.length) {
                out.write(piece);
            }
        }
    }

    /** Leadership moves when a disk is full, so that other answers come meanwhile. */
    private static void await(MemberProcess member, String request, String start)
            throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String answer = member.ask(request).join();
        while (!answer.startsWith(start)) {
            assertTrue(System.nanoTime() < deadline, answer);
            TimeUnit.MILLISECONDS.sleep(50);
            answer = member.ask(request).join();
        }
    }
}
