package dev.quilla.e2e.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
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

    /** Calls of several clients, which overlap, answered by a store that is right. */
    private static final class RightStore {

        private final SplittableRandom random;
        private final SortedMap<String, Entry> state = new TreeMap<>();
        private final List<Operation> operations = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private long revision = 1;
        private long now;

        RightStore(long seed) {
            random = new SplittableRandom(seed);
        }

        History run() {
            for (int i = 0; i < 200; i++) {
                // It takes effect somewhere between; the next is sent before or after its answer.
                long sent = now + random.nextInt(3);
                now += 3;
                long answered = now + random.nextInt(9);
                Request request = request(i);
                Answer answer = answer(request);
                if (random.nextInt(10) == 0) {
                    answer = new Answer.Lost("time is over");
                }
                operations.add(new Operation(i % 4, sent, answered, request, answer));
            }
            Request all = new Request.Read("");
            operations.add(new Operation(0, now + 100, now + 101, all, answer(all)));
            return new History(operations, List.of(changes, changes));
        }

        private String key() {
            return "k" + random.nextInt(4);
        }

        private Request request(int number) {
            String key = key();
            Entry entry = state.get(key);
            long changedAt = entry == null ? 0 : entry.changedAt();
            Optional<String> value = Optional.of("v" + number);
            return switch (random.nextInt(5)) {
                case 0 -> new Request.Write(Map.of(key, value), Optional.empty());
                case 1 ->
                        new Request.Write(
                                Map.of("a", value, "b", value),
                                Optional.of(new Expected(key, changedAt)));
                case 2 ->
                        new Request.Write(
                                Map.of(key, entry == null ? value : Optional.empty()),
                                Optional.of(new Expected(key, changedAt)));
                case 3 ->
                        new Request.Write(
                                Map.of(key, value), Optional.of(new Expected(key, changedAt + 1)));
                default -> new Request.Read(random.nextBoolean() ? "k" : "");
            };
        }

        private Answer answer(Request request) {
            return switch (request) {
                case Request.Read read ->
                        new Answer.Found(
                                revision,
                                state.values().stream()
                                        .filter(e -> e.key().startsWith(read.prefix()))
                                        .toList());
                case Request.Write write -> write(write);
            };
        }

        private Answer write(Request.Write write) {
            if (write.onlyIf().isPresent()) {
                Entry entry = state.get(write.onlyIf().get().key());
                long changedAt = entry == null ? 0 : entry.changedAt();
                if (changedAt != write.onlyIf().get().changedAt()) {
                    return new Answer.Refused(revision);
                }
            }
            revision++;
            new TreeMap<>(write.values())
                    .forEach((key, value) -> {
                        changes.add(new Change(revision, key, value));
                        value.ifPresentOrElse(
                                v -> state.put(key, new Entry(key, v, revision)),
                                () -> state.remove(key));
                    });
            return new Answer.Written(revision);
        }
    }

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
            return new History(h.operations(), List.of(h.watchers().getFirst(), fewer));
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
            return withChanges(h, cs -> cs.add(new Change(revision, again.key(), again.value())));
        }),
        A_WRITE_THAT_NOBODY_ASKED_FOR(h -> {
            long revision = h.watchers().getFirst().getLast().revision() + 1;
            return withChanges(h, cs -> cs.add(new Change(revision, "k0", Optional.of("ghost"))));
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
                        }));

        private final UnaryOperator<History> plant;

        Fault(UnaryOperator<History> plant) {
            this.plant = plant;
        }
    }

    private static History withLast(History history, Operation last, Answer answer) {
        List<Operation> operations = new ArrayList<>(history.operations());
        operations.removeLast();
        operations.add(with(last, last.request(), answer));
        return new History(operations, history.watchers());
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
        return new History(operations, history.watchers());
    }

    private static History withChanges(
            History history, java.util.function.Consumer<List<Change>> change) {
        List<Change> changes = new ArrayList<>(history.watchers().getFirst());
        change.accept(changes);
        return new History(history.operations(), List.of(changes, changes));
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
