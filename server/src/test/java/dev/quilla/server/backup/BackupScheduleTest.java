package dev.quilla.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.server.config.BackupPlan;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.backup.BackupFolder;
import dev.quilla.store.backup.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupScheduleTest {

    private static final Duration EVERY = Duration.ofHours(1);

    @TempDir private Path folder;

    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    private BackupSchedule schedule(Path directory) {
        return new BackupSchedule(
                new InMemoryStore(),
                () -> new Origin(Origin.STORE, "c", "m", now),
                new BackupPlan(directory, EVERY, 3));
    }

    private List<String> times() throws IOException {
        return BackupFolder.list(folder).stream().map(l -> l.time().toString()).toList();
    }

    @Test
    void makesOneWhenTheNewestIsOldEnoughAndKeepsTheNewest() throws IOException {
        BackupSchedule schedule = schedule(folder);
        for (int minute = 0; minute <= 300; minute += 20) {
            schedule.look(now);
            now = now.plus(Duration.ofMinutes(20));
        }
        assertEquals(
                List.of("2026-03-01T05:00:00Z", "2026-03-01T04:00:00Z", "2026-03-01T03:00:00Z"),
                times());
        assertEquals("", schedule.status().failure());
        assertEquals(
                Instant.parse("2026-03-01T05:00:00Z"),
                schedule.status().last().orElseThrow().time());
    }

    @Test
    void aRestartMakesNoneBeforeItsTime() throws IOException {
        schedule(folder).look(now);
        now = now.plus(Duration.ofMinutes(59));
        schedule(folder).look(now);
        assertEquals(1, times().size());
    }

    @Test
    void whatOthersPutThereStays() throws IOException {
        Files.writeString(folder.resolve("quilla-c-by-hand.backup"), "x");
        Files.writeString(folder.resolve("quilla-other-20200101T000000Z.backup"), "x");
        BackupSchedule schedule = schedule(folder);
        for (int hour = 0; hour < 6; hour++) {
            schedule.look(now);
            now = now.plus(EVERY);
        }
        assertEquals(5, times().size());
    }

    @Test
    void aFailureIsInTheStatusUntilOneSucceeds() throws IOException {
        Path directory = folder.resolve("d");
        Files.writeString(directory, "a file where the directory should be");
        BackupSchedule schedule = schedule(directory);
        schedule.look(now);
        assertTrue(schedule.status().failure().contains("no backup could be made in " + directory));
        Files.delete(directory);
        schedule.look(now);
        assertEquals("", schedule.status().failure());
    }
}
