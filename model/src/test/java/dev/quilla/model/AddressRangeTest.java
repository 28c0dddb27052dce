package dev.quilla.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressRangeTest {

    @Test
    void hasTheAddressesThatItsBitsSay() {
        AddressRange range = AddressRange.parse("10.99.0.16/28");
        assertEquals("10.99.0.16", range.at(0));
        assertEquals("10.99.0.31", range.at(range.size() - 1));
        assertTrue(range.contains("10.99.0.31"));
        assertFalse(range.contains("10.99.0.32"));
        assertFalse(range.contains("2001:db8::1"));
        assertFalse(range.contains("10.99.0"));
        assertEquals("10.99.0.16/28", range.toString());
    }

    @Test
    void bothEndsOfWhatThereIsAreRanges() {
        assertEquals(1L << 32, AddressRange.parse("0.0.0.0/0").size());
        assertEquals("255.255.255.255", AddressRange.parse("0.0.0.0/0").at((1L << 32) - 1));
        assertTrue(AddressRange.parse("192.168.0.1/32").contains("192.168.0.1"));
    }

    @Test
    void isRefusedIfItIsNone() {
        for (String bad :
                List.of("10.0.0.1/8", "10.0.0.0/33", "10.0.0.0", "10.0.0.256/32", "x/1")) {
            assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(bad), bad);
        }
        assertEquals(Optional.empty(), AddressRange.ofIpv4("2001:db8::/64"));
    }
}
