package dev.quilla.model.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "::, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:DB8::, 2001:db8::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:0:0:1, 2001:db8:0:1:1::1",
        "2001:0db8:1:1:1:1:0:1, 2001:db8:1:1:1:1:0:1",
    })
    void isTheShortestOfTheWays(String text, String canonical) {
        assertEquals(canonical, CanonicalAddress.of(InetAddress.ofLiteral(text).getAddress()));
    }
}
