package dev.quilla.apiserver.exposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void countsWhatIsNotAboveABound() {
        Histogram histogram = new Histogram(Histogram.Bounds.of(0.5, 1, 10));
        histogram.observe(0.5);
        histogram.observe(0.75);
        histogram.observeNanos(2_000_000_000L);
        histogram.observe(11);
        assertEquals(4, histogram.count());
        assertEquals(
                """
                # HELP waits How long they waited
                # TYPE waits histogram
                waits_bucket{who="a",le="0.5"} 1
                waits_bucket{who="a",le="1"} 2
                waits_bucket{who="a",le="10"} 3
                waits_bucket{who="a",le="+Inf"} 4
                waits_sum{who="a"} 14.25
                waits_count{who="a"} 4
                """,
                new Exposition()
                        .histograms("waits", "How long they waited")
                        .add("who=\"a\"", histogram)
                        .text());
    }

    @Test
    void boundsAscend() {
        assertThrows(IllegalArgumentException.class, () -> Histogram.Bounds.of(1, 1));
    }

    @Test
    void figuresMayHaveNoLabels() {
        assertEquals(
                """
                # HELP all What there is
                # TYPE all gauge
                all 3
                """,
                new Exposition().gauges("all", "What there is").add("", 3).text());
    }
}
