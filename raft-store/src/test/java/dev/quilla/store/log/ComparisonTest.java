package dev.quilla.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.store.Command;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final long MINE = 11;
    private static final long THEIRS = 12;

    private final Comparison comparison = new Comparison();

    private void checkpoint(long index) {
        comparison.applied(index, List.of(new Command.Checkpoint()), MINE);
    }

    private void witness(long member, long index, long digest) {
        comparison.applied(100 + member, List.of(new Command.Witness(member, index, digest)), MINE);
    }

    @Test
    void saysOnceWhatThereWasAtACheckpoint() {
        checkpoint(5);
        assertEquals(List.of(new Command.Witness(1, 5, MINE)), comparison.statements(1));
        assertEquals(List.of(), comparison.statements(1));
    }

    @Test
    void whoDiffersFromAMajorityKnowsIt() {
        checkpoint(5);
        witness(1, 5, MINE);
        witness(2, 5, THEIRS);
        assertEquals(Optional.empty(), comparison.divergence(3));
        witness(3, 5, THEIRS);
        assertEquals(Optional.of(5L), comparison.divergence(3));
    }

    @Test
    void whoIsOfTheMajorityGoesOn() {
        checkpoint(5);
        witness(1, 5, MINE);
        witness(2, 5, MINE);
        witness(3, 5, THEIRS);
        assertEquals(Optional.empty(), comparison.divergence(3));
    }

    @Test
    void twoOfFiveAreNoMajority() {
        checkpoint(5);
        witness(2, 5, THEIRS);
        witness(3, 5, THEIRS);
        assertEquals(Optional.empty(), comparison.divergence(5));
    }

    @Test
    void oneVoiceCountsOnce() {
        checkpoint(5);
        witness(2, 5, THEIRS);
        witness(2, 5, THEIRS);
        assertEquals(Optional.empty(), comparison.divergence(3));
    }

    @Test
    void whatWasNotSeenHereIsNotCompared() {
        witness(2, 5, THEIRS);
        witness(3, 5, THEIRS);
        assertEquals(Optional.empty(), comparison.divergence(3));
    }
}
