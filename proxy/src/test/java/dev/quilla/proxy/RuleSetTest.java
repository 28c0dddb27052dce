package dev.quilla.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.plugin.ServiceTable;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RuleSetTest {

    private static final String PODS = "10.244.0.0/16";

    @Property
    void aDifferenceTurnsOneIntoTheOther(@ForAll long seed) {
        RandomTables tables = new RandomTables(seed);
        RuleSet before = NftablesRules.of(tables.next(), PODS);
        RuleSet now = NftablesRules.of(tables.next(), PODS);
        ModelTable model = new ModelTable();
        model.run(before.difference("t", NftablesRules.of(ServiceTable.EMPTY, PODS)));
        assertEquals(before, model.rules());
        model.run(now.difference("t", before));
        assertEquals(now, model.rules());
    }

    @Property
    void nothingIsSaidWhereNothingDiffers(@ForAll long seed) {
        assertEquals(
                "",
                NftablesRules.of(new RandomTables(seed).next(), PODS)
                        .difference("t", NftablesRules.of(new RandomTables(seed).next(), PODS)));
    }
}
