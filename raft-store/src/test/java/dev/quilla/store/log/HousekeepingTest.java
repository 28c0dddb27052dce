package dev.quilla.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Key;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HousekeepingTest {

    private static final LeaseId LEASE = new LeaseId(7);

    private final Housekeeping housekeeping =
            new Housekeeping(new Bounds(10, 1_000, 0, Optional.empty()));
    private MvccState state = MvccState.empty();
    private long index;
    private long millis = 50_000;

    private void apply(Command command) {
        state = state.apply(++index, 1, command).state();
    }

    private List<Command> lookAfter(long passed, long term) {
        millis += passed;
        return housekeeping.look(state, leads(term), Duration.ofMillis(millis).toNanos());
    }

    /** Term 0 stands for a member that does not lead. */
    private static OptionalLong leads(long term) {
        return term == 0 ? OptionalLong.empty() : OptionalLong.of(term);
    }

    private Duration left() {
        return housekeeping.left(
                state.lease(LEASE).orElseThrow(), Duration.ofMillis(millis).toNanos());
    }

    @Test
    void aFollowerReckonsHowLongALeaseHasButEndsNone() {
        apply(new Command.Grant(LEASE, Duration.ofSeconds(2)));
        assertEquals(Duration.ofSeconds(2), left());
        assertEquals(List.of(), watch(1_500, 0));
        assertEquals(Duration.ofMillis(750), left());
        apply(new Command.Renew(LEASE));
        assertEquals(Duration.ofSeconds(2), left());
        assertEquals(List.of(), watch(4_000, 0));
        assertEquals(Duration.ZERO, left());
    }

    /** Looks as often as it should be, for a while. */
    private List<Command> watch(long forMillis, long term) {
        List<Command> found = new ArrayList<>();
        for (long passed = 0; passed < forMillis; passed += 250) {
            found.addAll(lookAfter(250, term));
        }
        return found;
    }

    private Command end(long renewal, long term) {
        return new Command.End(LEASE, OptionalLong.of(renewal), OptionalLong.of(term));
    }

    @Test
    void endsALeaseWhoseTimeIsOverWithoutARenewal() {
        apply(new Command.Grant(LEASE, Duration.ofSeconds(2)));
        assertEquals(List.of(), watch(2_000, 1));
        assertEquals(List.of(end(1, 1)), lookAfter(250, 1));
    }

    @Test
    void aRenewalStartsTheTimeAgain() {
        apply(new Command.Grant(LEASE, Duration.ofSeconds(2)));
        watch(1_500, 1);
        apply(new Command.Renew(LEASE));
        assertEquals(List.of(), watch(2_000, 1));
        assertEquals(List.of(end(2, 1)), lookAfter(250, 1));
    }

    @Test
    void aNewLeaderGivesEveryLeaseItsFullTime() {
        apply(new Command.Grant(LEASE, Duration.ofSeconds(2)));
        watch(1_750, 1);
        assertEquals(List.of(), watch(2_000, 2));
        assertEquals(List.of(end(1, 2)), lookAfter(250, 2));
    }

    @Test
    void aLeaderThatWasStalledGivesEveryLeaseItsFullTime() {
        apply(new Command.Grant(LEASE, Duration.ofSeconds(2)));
        watch(1_000, 1);
        assertEquals(List.of(), lookAfter(60_000, 1));
        assertEquals(List.of(), watch(1_750, 1));
        assertEquals(List.of(end(1, 1)), lookAfter(250, 1));
    }

    @Test
    void forgetsHistoryBeyondItsCount() {
        for (int i = 0; i < 25; i++) {
            put(1);
        }
        assertEquals(List.of(new Command.Compact(16)), lookAfter(250, 1));
        apply(new Command.Compact(16));
        assertEquals(List.of(), lookAfter(250, 1));
    }

    @Test
    void forgetsHistoryBeyondItsBytes() {
        for (int i = 0; i < 9; i++) {
            put(400);
        }
        assertEquals(List.of(new Command.Compact(8)), lookAfter(250, 1));
    }

    private void put(int bytes) {
        apply(Txn.of(List.of(), List.of(new Op.Put(new Key("/k"), Bytes.wrap(new byte[bytes])))));
    }
}
