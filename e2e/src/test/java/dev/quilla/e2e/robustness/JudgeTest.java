package dev.quilla.e2e.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A correct store's histories are found right, and each kind of fault that stores of this kind have
 * had is found in a history that has it.
 */
class JudgeTest {

    private static final Duration TIME_TO_LIVE = Duration.ofMillis(100);

    /** What stores have done wrong. Each changes a right history into one that has the fault. */
    enum Fault {
        A_READ_OF_BEFORE_AN_ACKNOWLEDGED_WRITE(h -> {
            // The last read is answered as an early one would have been.
            Operation last = h.operations().getLast();
            Operation early =
                    h.operations().stream()
                            .filter(o -> o.request().equals(last.request()))
                            .filter(o -> o.answer() instanceof Answer.Found)
                            .findFirst()
                            .orElseThrow();
            return withLast(h, last, early.answer());
        }),
        A_REVISION_THAT_GOES_BACK(h -> {
            Operation last = h.operations().getLast();
            Answer.Found found = (Answer.Found) last.answer();
            return withLast(h, last, new Answer.Found(found.revision() - 1, found.entries()));
        }),
        AN_ACKNOWLEDGED_WRITE_THAT_IS_LOST(h -> {
            long lost = lastWritten(h);
            return withChanges(h, cs -> cs.removeIf(c -> c.revision() == lost));
        }),
        AN_EVENT_THAT_ONE_WATCHER_MISSED(h -> {
            List<Change> fewer = new ArrayList<>(h.watchers().get(1));
            fewer.remove(fewer.size() / 2);
            return new History(h.start(), h.operations(), List.of(h.watchers().getFirst(), fewer));
        }),
        EVENTS_THAT_STOP(h -> {
            long last = h.watchers().getFirst().getLast().revision();
            return withChanges(h, cs -> cs.removeIf(c -> c.revision() == last));
        }),
        AN_EVENT_TOLD_TWICE(h -> withChanges(h, cs -> cs.add(7, cs.get(6)))),
        EVENTS_OUT_OF_ORDER(h ->
                withChanges(
                        h,
                        cs -> {
                            Change moved = cs.removeLast();
                            cs.add(3, moved);
                        })),
        HALF_A_TRANSACTION(h ->
                withChanges(
                        h,
                        cs ->
                                cs.remove(
                                        cs.stream()
                                                .filter(c -> c.key().equals("b"))
                                                .findFirst()
                                                .orElseThrow()))),
        A_WRITE_THAT_HAPPENED_TWICE(h -> {
            Change again =
                    h.watchers().getFirst().stream()
                            .filter(c -> c.key().startsWith("k") && c.value().isPresent())
                            .findFirst()
                            .orElseThrow();
            long revision = h.watchers().getFirst().getLast().revision() + 1;
            return withChanges(
                    h, cs -> cs.add(new Change(revision, again.key(), again.value(), 0)));
        }),
        A_WRITE_THAT_NOBODY_ASKED_FOR(h -> {
            long revision = h.watchers().getFirst().getLast().revision() + 1;
            return withChanges(
                    h, cs -> cs.add(new Change(revision, "k0", Optional.of("ghost"), 0)));
        }),
        A_CONDITION_THAT_HELD_AND_WAS_REFUSED(h ->
                replace(
                        h,
                        o -> o.answer() instanceof Answer.Refused,
                        o -> {
                            Answer.Refused refused = (Answer.Refused) o.answer();
                            Request.Write write = (Request.Write) o.request();
                            Expected wrong = write.onlyIf().orElseThrow();
                            Expected right = new Expected(wrong.key(), wrong.changedAt() - 1);
                            return with(
                                    o,
                                    new Request.Write(write.values(), Optional.of(right)),
                                    refused);
                        })),
        A_CONDITION_THAT_DID_NOT_HOLD_AND_WAS_DONE(h ->
                replace(
                        h,
                        o ->
                                o.answer() instanceof Answer.Written
                                        && ((Request.Write) o.request()).onlyIf().isPresent(),
                        o -> {
                            Request.Write write = (Request.Write) o.request();
                            Expected right = write.onlyIf().orElseThrow();
                            Expected wrong = new Expected(right.key(), right.changedAt() + 1);
                            return with(
                                    o,
                                    new Request.Write(write.values(), Optional.of(wrong)),
                                    o.answer());
                        })),
        A_LEASE_THAT_ENDED_SOON_AFTER_A_RENEWAL(h -> {
            Change end = end(h);
            long sent = end.told() - 2_000_000;
            return withCall(h, sent, renewal(end), new Answer.Alive(TIME_TO_LIVE));
        }),
        A_LEASE_THAT_IS_GONE_SOON_AFTER_A_RENEWAL(h -> {
            Request renewal = new Request.Renew(4_711);
            History renewed = withCall(h, 1_000_000, renewal, new Answer.Alive(TIME_TO_LIVE));
            return withCall(renewed, 9_000_000, renewal, new Answer.NoLease());
        }),
        A_LEASE_THAT_A_LATE_RENEWAL_REVIVES(h -> {
            Change end = end(h);
            return withCall(h, end.told() + 1, renewal(end), new Answer.Alive(TIME_TO_LIVE));
        }),
        A_KEY_THAT_OUTLIVES_ITS_LEASE(h -> {
            Change end = end(h);
            return withChanges(h, cs -> cs.remove(end));
        }),
        A_KEY_OF_A_LEASE_THAT_HAS_ENDED(h -> withKeyOf(h, lease(end(h)))),
        A_LEASE_THAT_NEVER_ENDS(h -> withKeyOf(h, 4_711)),
        A_KEY_THAT_NOBODY_DELETED(h -> {
            long revision = lastRevision(h) + 1;
            return withChanges(h, cs -> cs.add(new Change(revision, "a", Optional.empty(), 0)));
        });

        private final UnaryOperator<History> plant;

        Fault(UnaryOperator<History> plant) {
            this.plant = plant;
        }
    }

    private static History withLast(History history, Operation last, Answer answer) {
        List<Operation> operations = new ArrayList<>(history.operations());
        operations.removeLast();
        operations.add(with(last, last.request(), answer));
        return new History(history.start(), operations, history.watchers());
    }

    private static Operation with(Operation operation, Request request, Answer answer) {
        return new Operation(
                operation.client(), operation.sent(), operation.answered(), request, answer);
    }

    private static History replace(
            History history,
            java.util.function.Predicate<Operation> which,
            UnaryOperator<Operation> by) {
        List<Operation> operations = new ArrayList<>(history.operations());
        int at =
                IntStream.range(0, operations.size())
                        .filter(i -> which.test(operations.get(i)))
                        .findFirst()
                        .orElseThrow();
        operations.set(at, by.apply(operations.get(at)));
        return new History(history.start(), operations, history.watchers());
    }

    private static History withChanges(
            History history, java.util.function.Consumer<List<Change>> change) {
        List<Change> changes = new ArrayList<>(history.watchers().getFirst());
        change.accept(changes);
        return new History(history.start(), history.operations(), List.of(changes, changes));
    }

    /** The end of a lease that had two keys and ran out. */
    private static Change end(History history) {
        return history.watchers().getFirst().stream()
                .filter(c -> c.value().isEmpty() && c.key().startsWith("l"))
                .filter(c ->
                        history.operations().stream()
                                .noneMatch(o -> o.request().equals(new Request.Revoke(lease(c)))))
                .findFirst()
                .orElseThrow();
    }

    private static long lease(Change end) {
        return Long.parseLong(end.key().substring(1, end.key().length() - 1));
    }

    private static Request renewal(Change end) {
        return new Request.Renew(lease(end));
    }

    private static History withCall(History history, long sent, Request request, Answer answer) {
        List<Operation> operations = new ArrayList<>(history.operations());
        operations.addFirst(new Operation(9, sent, sent + 1, request, answer));
        return new History(history.start(), operations, history.watchers());
    }

    /** At the end somebody writes a key for a lease, and it stays. */
    private static History withKeyOf(History history, long lease) {
        long revision = lastRevision(history) + 1;
        Optional<String> value = Optional.of("late");
        Operation last = history.operations().getLast();
        Request write =
                new Request.Write(Map.of("late", value), Optional.empty(), OptionalLong.of(lease));
        List<Entry> entries = new ArrayList<>(((Answer.Found) last.answer()).entries());
        entries.add(new Entry("late", "late", revision));
        History written =
                withChanges(
                        withCall(history, last.sent() - 9, write, new Answer.Written(revision)),
                        cs -> cs.add(new Change(revision, "late", value, last.sent() - 8)));
        return withLast(written, last, new Answer.Found(revision, entries));
    }

    private static long lastRevision(History history) {
        return history.watchers().getFirst().getLast().revision();
    }

    private static long lastWritten(History history) {
        return history.operations().stream()
                .filter(o -> o.answer() instanceof Answer.Written)
                .mapToLong(o -> ((Answer.Written) o.answer()).revision())
                .max()
                .orElseThrow();
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatARightStoreAnswersIsFoundRight(long seed) {
        assertEquals(List.of(), Judge.faults(new RightStore(seed).run()));
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultIsFound(Fault fault) {
        for (long seed = 0; seed < 20; seed++) {
            History wrong = fault.plant.apply(new RightStore(seed).run());
            assertFalse(Judge.faults(wrong).isEmpty(), fault + " with seed " + seed);
        }
    }
}
