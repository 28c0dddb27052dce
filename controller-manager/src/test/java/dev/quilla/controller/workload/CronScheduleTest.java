package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {

    private static CronSchedule utc(String text) {
        return CronSchedule.parse(text, ZoneOffset.UTC);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *        | 2030-01-01T00:00:00Z | 2030-01-01T00:01:00Z",
                "* * * * *        | 2030-01-01T00:00:59Z | 2030-01-01T00:01:00Z",
                "*/15 * * * *     | 2030-01-01T00:46:00Z | 2030-01-01T01:00:00Z",
                "5/20 * * * *     | 2030-01-01T00:26:00Z | 2030-01-01T00:45:00Z",
                "0 9-17/4 * * *   | 2030-01-01T09:00:00Z | 2030-01-01T13:00:00Z",
                "30 4 1,15 * *    | 2030-01-01T05:00:00Z | 2030-01-15T04:30:00Z",
                "0 0 * * mon      | 2030-01-01T00:00:00Z | 2030-01-07T00:00:00Z",
                "0 0 13 * fri     | 2030-01-05T00:00:00Z | 2030-01-11T00:00:00Z",
                "0 0 29 2 *       | 2030-01-01T00:00:00Z | 2032-02-29T00:00:00Z",
                "0 0 31 * *       | 2030-01-31T00:00:00Z | 2030-03-31T00:00:00Z",
                "59 23 31 DEC ?   | 2030-12-31T23:59:00Z | 2031-12-31T23:59:00Z",
                "@hourly          | 2030-01-01T00:00:00Z | 2030-01-01T01:00:00Z",
                "@yearly          | 2030-01-01T00:00:00Z | 2031-01-01T00:00:00Z"
            })
    void findsTheNextTime(String text, Instant after, Instant next) {
        assertEquals(Optional.of(next), utc(text).next(after));
    }

    @Test
    void aTimeThatNeverComesIsNone() {
        assertEquals(Optional.empty(), utc("0 0 30 2 *").next(Instant.EPOCH));
    }

    @Test
    void theClockOfTheZoneCountsAndWhatItSkipsIsSkipped() {
        CronSchedule berlin = CronSchedule.parse("30 2 * * *", ZoneId.of("Europe/Berlin"));
        assertEquals(
                Optional.of(Instant.parse("2026-03-28T01:30:00Z")),
                berlin.next(Instant.parse("2026-03-28T00:00:00Z")));
        assertEquals(
                Optional.of(Instant.parse("2026-03-30T00:30:00Z")),
                berlin.next(Instant.parse("2026-03-28T01:30:00Z")));
    }

    @Test
    void ofAYearOfMissedMinutesTheLastIsFoundAtOnce() {
        Instant now = Instant.parse("2030-01-01T00:00:30Z");
        assertEquals(
                Optional.of(Instant.parse("2030-01-01T00:00:00Z")),
                utc("* * * * *").last(Instant.EPOCH, now));
        assertEquals(
                Optional.of(Instant.parse("2029-12-25T00:00:00Z")),
                utc("0 0 25 12 *").last(Instant.EPOCH, now));
        assertEquals(Optional.empty(), utc("* * * * *").last(now, now));
        assertEquals(
                Optional.empty(),
                utc("0 0 25 12 *").last(Instant.parse("2029-12-25T00:00:00Z"), now));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 7",
                "5-1 * * * *",
                "*/0 * * * *",
                "a * * * *",
                "1- * * * *",
                "1,,2 * * * *",
                "-1 * * * *",
                "1/2/3 * * * *",
                "1-2-3 * * * *",
                "99999999999 * * * *",
                "@reboot"
            })
    void refusesWhatIsNoSchedule(String text) {
        assertThrows(IllegalArgumentException.class, () -> utc(text));
    }
}
