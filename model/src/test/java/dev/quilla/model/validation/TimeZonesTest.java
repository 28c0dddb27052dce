package dev.quilla.model.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeZonesTest {

    @Test
    void knowsZonesByTheirNames() {
        assertEquals(Optional.of(ZoneId.of("Europe/Berlin")), TimeZones.find("Europe/Berlin"));
        assertEquals(Optional.of(ZoneOffset.ofHours(-5)), TimeZones.find("EST"));
        assertEquals(Optional.of(ZoneId.of("Asia/Taipei")), TimeZones.find("ROC"));
    }

    @Test
    void offsetsAreNoNames() {
        assertEquals(Optional.empty(), TimeZones.find("UTC+3"));
        assertEquals(Optional.empty(), TimeZones.find("europe/berlin"));
        assertEquals(Optional.empty(), TimeZones.find("Nowhere/Land"));
    }
}
