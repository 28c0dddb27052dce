package dev.quilla.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.store.Condition.Relation;
import dev.quilla.store.Condition.Wanted;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

    private static final Key KEY = new Key("k");

    private final InMemoryStore store = new InMemoryStore();

    private void put(String key, int value, int times) {
        for (int i = 0; i < times; i++) {
            Bytes bytes = Bytes.wrap(new byte[] {(byte) value});
            store.commit(Txn.of(List.of(), List.of(new Op.Put(new Key(key), bytes))));
        }
    }

    private boolean holds(KeyRange range, Relation relation, Wanted wanted) {
        return new Condition(range, relation, wanted).holds(store.view(new Freshness.Any()));
    }

    @ParameterizedTest
    @CsvSource({
        "EQUAL, 2, false", "EQUAL, 3, true", "GREATER, 2, true", "GREATER, 3, false",
        "LESS, 3, false", "LESS, 4, true", "NOT_EQUAL, 3, false", "NOT_EQUAL, 2, true"
    })
    void comparesWhatIsThereWithWhatIsWanted(Relation relation, long wanted, boolean holds) {
        put("k", 0, 3);
        assertEquals(holds, holds(KeyRange.of(KEY), relation, new Wanted.Version(wanted)));
        assertEquals(holds, holds(KeyRange.of(KEY), relation, new Wanted.Modified(wanted + 1)));
    }

    @Test
    void valuesAreUnsigned() {
        put("k", 0x90, 1);
        Wanted wanted = new Wanted.Value(Bytes.wrap(new byte[] {0x10}));
        assertEquals(true, holds(KeyRange.of(KEY), Relation.GREATER, wanted));
    }

    @Test
    void whatIsNotThereHasZerosButNoValue() {
        assertEquals(true, holds(KeyRange.of(KEY), Relation.EQUAL, new Wanted.Created(0)));
        assertEquals(true, holds(KeyRange.of(KEY), Relation.LESS, new Wanted.Leased(1)));
        Wanted nothing = new Wanted.Value(Bytes.wrap(new byte[0]));
        assertEquals(false, holds(KeyRange.of(KEY), Relation.EQUAL, nothing));
        assertEquals(false, holds(KeyRange.of(KEY), Relation.NOT_EQUAL, nothing));
    }

    @Test
    void ofARangeEveryKeyMustCompare() {
        put("a1", 0, 1);
        put("a2", 0, 2);
        KeyRange range = KeyRange.prefix("a");
        assertEquals(true, holds(range, Relation.GREATER, new Wanted.Version(0)));
        assertEquals(false, holds(range, Relation.GREATER, new Wanted.Version(1)));
    }

    @Test
    void aWayThroughAChoiceIsBounded() {
        Step get = new Step.Get(KeyRange.of(KEY), 1);
        List<Step> half = Collections.nCopies(Choice.STEPS_MAX / 2, get);
        Step inner = new Step.Choose(new Choice(List.of(), half, List.of()));
        assertEquals(
                Choice.STEPS_MAX / 2, new Choice(List.of(), half, List.of(inner)).then().size());
        List<Step> more = Collections.nCopies(Choice.STEPS_MAX / 2, inner);
        assertEquals(more, new Choice(List.of(), more, List.of()).then());
        List<Step> tooMany = Collections.nCopies(Choice.STEPS_MAX / 2 + 1, inner);
        assertThrows(TooLargeException.class, () -> new Choice(List.of(), tooMany, List.of()));
    }

    @Test
    void whatIsKeptMustBeThere() {
        Step keep = new Step.Put(KEY, Optional.empty(), Optional.of(LeaseId.NONE), true);
        assertEquals(new Outcome.Missing(KEY), store.commit(Choice.of(keep)));
        put("k", 1, 1);
        Outcome made = store.commit(Choice.of(keep));
        assertEquals(3, ((Outcome.Made) made).revision());
    }
}
