package dev.quilla.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {

    private static final int LOOKS = 2_000;

    @TempDir private Path directory;

    @Test
    void countsFilesInAllFolders() throws IOException {
        Files.write(directory.resolve("a"), new byte[10]);
        Files.write(Files.createDirectories(directory.resolve("b/c")).resolve("d"), new byte[5]);

        assertEquals(15, DiskUse.bytesUnder(directory));
    }

    @Test
    void isNothingWhereNothingIs() {
        assertEquals(0, DiskUse.bytesUnder(directory.resolve("gone")));
    }

    /** As segments of a log do while a snapshot takes their place. */
    @Test
    void doesNotFailForFilesThatAreDeletedMeanwhile() throws Exception {
        Files.write(directory.resolve("kept"), new byte[10]);
        AtomicBoolean enough = new AtomicBoolean();
        FutureTask<Void> churn = new FutureTask<>(() -> churn(enough), null);
        Thread thread = Thread.ofPlatform().start(churn);
        try {
            for (int i = 0; i < LOOKS && !churn.isDone(); i++) {
                assertEquals(10, DiskUse.bytesUnder(directory));
            }
        } finally {
            enough.set(true);
            thread.join();
        }
        churn.get();
    }

    private void churn(AtomicBoolean enough) {
        try {
            while (!enough.get()) {
                List<Path> files = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    files.add(Files.createFile(directory.resolve("passing-" + i)));
                }
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
