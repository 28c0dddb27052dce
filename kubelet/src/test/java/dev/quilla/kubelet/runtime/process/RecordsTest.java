package dev.quilla.kubelet.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsTest {

    private static final int ROUNDS = 50;
    private static final int FILES = 20;
    private static final int WRITES_MAX = 10_000;

    @TempDir private Path parent;

    @Test
    void aDirectoryIsRemovedWhileOthersWriteIntoIt() throws Exception {
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                Path directory = Files.createDirectory(parent.resolve("main_" + round));
                CountDownLatch begun = new CountDownLatch(1);
                Future<?> writer = writers.submit(() -> writeUntilGone(directory, begun));
                begun.await();
                Records.remove(directory);
                assertFalse(Files.exists(directory));
                writer.get();
            }
        }
        assertEquals(List.of(), children());
    }

    private static void writeUntilGone(Path directory, CountDownLatch begun) {
        try {
            for (int i = 0; i < WRITES_MAX; i++) {
                Files.writeString(directory.resolve("log." + i % FILES), "said\n");
                begun.countDown();
            }
        } catch (NoSuchFileException _) {
            begun.countDown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRemovalCutShortIsNotListedAndIsEndedLater() throws IOException {
        Files.writeString(Files.createDirectory(parent.resolve(".main_0")).resolve("log.0"), "");
        Files.createDirectory(parent.resolve("main_1"));
        assertEquals(List.of(parent.resolve("main_1")), Records.directories(parent));
        Records.endRemovals(parent);
        assertEquals(List.of(parent.resolve("main_1")), children());
    }

    @Test
    void aRemovalCutShortGivesWayToTheNextOfThatName() throws IOException {
        Files.writeString(Files.createDirectory(parent.resolve(".main_0")).resolve("log.0"), "");
        Files.writeString(Files.createDirectory(parent.resolve("main_0")).resolve("log.0"), "");
        Records.remove(parent.resolve("main_0"));
        assertEquals(List.of(), children());
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.toList();
        }
    }
}
