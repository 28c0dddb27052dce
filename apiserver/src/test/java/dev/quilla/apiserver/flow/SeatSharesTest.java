package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.flow.SeatShares.Demand;
import dev.quilla.apiserver.flow.SeatShares.Range;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeatSharesTest {

    private static final int SEATS = 600;

    @Test
    void dividesTheDefaultsAsKubernetesDoes() {
        Map<String, Range> ranges = defaults();

        assertEquals(new Range(245, 24, 845), ranges.get("workload-low"));
        assertEquals(new Range(49, 24, 649), ranges.get("global-default"));
        assertEquals(new Range(98, 73, 698), ranges.get("node-high"));
        assertEquals(new Range(13, 13, 613), ranges.get("catch-all"));
        assertEquals(new Range(0, 0, 600), ranges.get("exempt"));
    }

    @Test
    void lendsWhatIsNotNeededToWhoNeedsIt() {
        Map<String, Range> ranges = defaults();

        Map<String, Integer> limits =
                SeatShares.limits(ranges, Map.of("global-default", new Demand(900, 900)), SEATS);

        assertTrue(limits.get("global-default") > 200, limits.toString());
        assertTrue(limits.get("node-high") >= 73, limits.toString());
    }

    @Test
    void givesBackWhatWasLentAsSoonAsItIsNeeded() {
        Map<String, Range> ranges = defaults();
        Map<String, Demand> all = new LinkedHashMap<>();
        ranges.keySet().forEach(name -> all.put(name, new Demand(900, 900)));

        Map<String, Integer> limits = SeatShares.limits(ranges, all, SEATS);

        ranges.forEach((name, range) ->
                assertTrue(limits.get(name) >= range.nominal(), name + " has " + limits));
    }

    @Test
    void borrowsNoMoreThanAllowed() {
        LevelSettings thrifty =
                new LevelSettings(false, 10, 0, OptionalInt.of(50), Optional.empty());
        LevelSettings idle =
                new LevelSettings(false, 10, 90, OptionalInt.empty(), Optional.empty());
        Map<String, Range> ranges =
                SeatShares.ranges(Map.of("thrifty", thrifty, "idle", idle), 100);

        Map<String, Integer> limits =
                SeatShares.limits(ranges, Map.of("thrifty", new Demand(500, 500)), 100);

        assertEquals(75, limits.get("thrifty"));
    }

    @Property
    void keepsEveryLevelWithinItsRange(
            @ForAll @IntRange(min = 0, max = 2_000) int first,
            @ForAll @IntRange(min = 0, max = 2_000) int second) {
        Map<String, Range> ranges = defaults();
        Map<String, Demand> demands =
                Map.of(
                        "workload-low", new Demand(first, first),
                        "system", new Demand(second, second / 2.0));

        Map<String, Integer> limits = SeatShares.limits(ranges, demands, SEATS);

        ranges.forEach((name, range) -> {
            assertTrue(limits.get(name) >= range.least(), limits.toString());
            assertTrue(limits.get(name) <= range.most(), limits.toString());
        });
    }

    private static Map<String, Range> defaults() {
        Map<String, LevelSettings> settings = new LinkedHashMap<>();
        FlowDefaults.all().levels().forEach(l -> settings.put(l.name(), LevelSettings.of(l)));
        return SeatShares.ranges(settings, SEATS);
    }
}
