package dev.quilla.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AuditLogTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-02T03:04:05Z"));

    @TempDir private Path folder;

    private AuditLog.Settings settings(long bytesMax, int backups, int queue, boolean blocking) {
        return new AuditLog.Settings(
                folder.resolve("audit.log"),
                bytesMax,
                backups,
                Duration.ofDays(1),
                queue,
                blocking);
    }

    private static byte[] line(int i) {
        return ("line " + i + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesWhatItWasGivenBeforeItCloses() throws IOException {
        AuditLog log = AuditLog.start(settings(1 << 20, 1, 100, true), CLOCK);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            log.write(line(i));
            expected.add("line " + i);
        }
        log.close();
        log.close();
        Path file = folder.resolve("audit.log");
        assertEquals(expected, Files.readAllLines(file));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(new AuditSink.Counts(1_000, 0, 0), log.counts());
    }

    @Test
    void addsToAFileThatIsThere() throws IOException {
        for (int i = 0; i < 2; i++) {
            AuditLog log = AuditLog.start(settings(1 << 20, 1, 100, false), CLOCK);
            log.write(line(i));
            log.close();
        }
        assertEquals(List.of("line 0", "line 1"), Files.readAllLines(folder.resolve("audit.log")));
    }

    @Test
    void countsWhatThereIsNoRoomFor() throws IOException {
        AuditLog log = AuditLog.unstarted(settings(1 << 20, 1, 3, false), CLOCK);
        for (int i = 0; i < 5; i++) {
            log.write(line(i));
        }
        assertEquals(new AuditSink.Counts(5, 2, 0), log.counts());
        log.begin();
        log.close();
        assertEquals(3, Files.readAllLines(folder.resolve("audit.log")).size());
    }

    @Test
    void putsFilesAsideAndKeepsTheNewest() throws IOException {
        Files.writeString(folder.resolve("audit-other.log"), "not ours");
        Files.writeString(folder.resolve("audit-2029-01-01T00-00-00.000.log"), "too old");
        AuditLog log = AuditLog.start(settings(14, 2, 100, true), CLOCK);
        for (int i = 0; i < 10; i++) {
            log.write(line(i));
        }
        log.close();
        assertEquals(
                List.of(
                        "audit-2030-01-02T03-04-05.002.log",
                        "audit-2030-01-02T03-04-05.003.log",
                        "audit-other.log",
                        "audit.log"),
                names());
        assertEquals(List.of("line 8", "line 9"), Files.readAllLines(folder.resolve("audit.log")));
    }

    @Test
    void saysAtOnceWhereItCannotWrite() throws IOException {
        Path file = Files.writeString(folder.resolve("plain"), "");
        AuditLog.Settings bad =
                new AuditLog.Settings(file.resolve("audit.log"), 1, 1, Duration.ZERO, 1, false);
        assertTrue(
                assertThrows(IOException.class, () -> AuditLog.start(bad, CLOCK))
                        .toString()
                        .contains("plain"));
    }
}
