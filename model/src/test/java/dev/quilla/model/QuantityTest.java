package dev.quilla.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "0.5,500m",
        "100m,100m",
        "1000m,1",
        "1024Mi,1Gi",
        "1.5Gi,1536Mi",
        "2e3,2e3",
        "1000,1k",
        "1500,1500",
        "0,0",
        "0.1Gi,107374182400m",
        "12345678,12345678",
        "1G,1G",
        "-1500m,-1500m",
        "1023,1023",
        "16Mi,16Mi",
        "100000000,100M"
    })
    void isWrittenAsKubernetesWritesIt(String read, String written) {
        assertEquals(written, Quantity.parse(read).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.2.3", "1 Gi", "1GiB", "--1", "1e999", "Gi"})
    void refusesOtherText(String text) {
        assertThrows(IllegalArgumentException.class, () -> Quantity.parse(text));
    }

    @Property
    void comparesByAmount(
            @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long a,
            @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long b) {
        assertEquals(
                Long.compare(a, b),
                Integer.signum(Quantity.ofMilli(a).compareTo(Quantity.ofMilli(b))));
        assertEquals(a, Quantity.parse(Quantity.ofMilli(a).toString()).milliValue());
        assertEquals(a + b, Quantity.of(a).add(Quantity.of(b)).value());
    }
}
