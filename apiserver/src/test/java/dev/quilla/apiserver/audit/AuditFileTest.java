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
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AuditFileTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-02T03:04:05Z"));

    @TempDir private Path folder;

    private AuditFile open(long bytesMax, int backups) throws IOException {
        return AuditFile.open(
                folder.resolve("audit.log"),
                new AuditFile.Rotation(bytesMax, backups, Duration.ofDays(1)),
                CLOCK);
    }

    private static List<byte[]> lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> ("line " + i + "\n").getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsDeliveredIsThereForItsOwnerAlone() throws IOException {
        try (AuditFile file = open(1 << 20, 1)) {
            file.deliver(lines(0, 2));
            Path path = folder.resolve("audit.log");
            assertEquals(List.of("line 0", "line 1"), Files.readAllLines(path));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void addsToAFileThatIsThere() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (AuditFile file = open(1 << 20, 1)) {
                file.deliver(lines(i, i + 1));
            }
        }
        assertEquals(List.of("line 0", "line 1"), Files.readAllLines(folder.resolve("audit.log")));
    }

    @Test
    void putsFilesAsideAndKeepsTheNewest() throws IOException {
        Files.writeString(folder.resolve("audit-other.log"), "not ours");
        Files.writeString(folder.resolve("audit-2029-01-01T00-00-00.000.log"), "too old");
        try (AuditFile file = open(14, 2)) {
            file.deliver(lines(0, 10));
        }
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
        AuditFile.Rotation rotation = new AuditFile.Rotation(1, 1, Duration.ZERO);
        assertTrue(
                assertThrows(
                                IOException.class,
                                () -> AuditFile.open(file.resolve("audit.log"), rotation, CLOCK))
                        .toString()
                        .contains("plain"));
    }
}
