package dev.quilla.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "0,PT0S",
        "90,PT90S",
        "90s,PT90S",
        "5m,PT5M",
        "1h30m,PT1H30M",
        "500ms,PT0.5S",
        "2d,PT48H"
    })
    void readsWhatPeopleWrite(String text, Duration time) {
        assertEquals(Optional.of(time), Durations.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "5x", "5m x", "-5s", "1.5h", "m5", "99999999999s"})
    void othersAreNoTimes(String text) {
        assertEquals(Optional.empty(), Durations.parse(text));
    }
}
