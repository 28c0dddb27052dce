package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says what in a history no correct store could have answered. Every answer names the revision at
 * which it holds, and watchers tell what each revision changed, so that there is one order to
 * check, and no search: whether it explains every answer, and whether it keeps to real time
 * (linearizability, Herlihy and Wing 1990).
 */
final class Judge {

    private final History history;
    private final SortedMap<Long, Map<String, Optional<String>>> changes = new TreeMap<>();

    /** The revisions of writes that nobody acknowledged and that happened all the same. */
    private final Map<Operation, Long> happenedUnheard = new HashMap<>();

    private final List<String> faults = new ArrayList<>();

    private Judge(History history) {
        this.history = history;
    }

    /** All that is wrong; nothing if a correct store could have done it. */
    static List<String> faults(History history) {
        Judge judge = new Judge(history);
        judge.watchersToldEverythingInOrder();
        judge.writesHappenedOnceAndAsAsked();
        judge.answersAreOfTheirRevision();
        judge.orderKeepsToRealTime();
        judge.faults.addAll(LeaseJudge.faults(history, judge.changes));
        return List.copyOf(judge.faults);
    }

    private void fault(String format, Object... values) {
        faults.add(format.formatted(values));
    }

    private long lastRevision() {
        return history.operations().getLast().answer() instanceof Answer.Found found
                ? found.revision()
                : 0;
    }

    /** Each in the order of revisions, all the same, with nothing missing or told twice. */
    private void watchersToldEverythingInOrder() {
        for (int i = 0; i < history.watchers().size(); i++) {
            List<Change> told = history.watchers().get(i);
            long previous = history.start();
            SortedMap<Long, Map<String, Optional<String>>> its = new TreeMap<>();
            for (Change change : told) {
                if (change.revision() < previous) {
                    fault(
                            "watcher %d was told of revision %d after %d",
                            i, change.revision(), previous);
                }
                previous = change.revision();
                Map<String, Optional<String>> at =
                        its.computeIfAbsent(change.revision(), r -> new HashMap<>());
                if (at.put(change.key(), change.value()) != null) {
                    fault(
                            "watcher %d was told twice of %s at %d",
                            i, change.key(), change.revision());
                }
            }
            if (i == 0) {
                changes.putAll(its);
            } else if (!changes.equals(its)) {
                fault("watchers 0 and %d were told different things: %s", i, difference(its));
            }
        }
        long expected = history.start() + 1;
        for (long revision : changes.keySet()) {
            if (revision != expected) {
                fault("nobody was told of revision %d", expected);
            }
            expected = revision + 1;
        }
        if (expected <= lastRevision()) {
            fault("watchers were told nothing after %d of %d", expected - 1, lastRevision());
        }
    }

    private String difference(SortedMap<Long, Map<String, Optional<String>>> its) {
        for (long revision = history.start(); ; revision++) {
            Map<String, Optional<String>> one = changes.getOrDefault(revision, Map.of());
            Map<String, Optional<String>> other = its.getOrDefault(revision, Map.of());
            if (!one.equals(other)) {
                return "at " + revision + " " + one + " and " + other;
            }
        }
    }

    /** Whole or not at all, acknowledged ones at the revision that was named, never again. */
    private void writesHappenedOnceAndAsAsked() {
        Map<Map<String, Optional<String>>, List<Long>> happened = new HashMap<>();
        changes.forEach((revision, values) -> {
            if (values.values().stream().anyMatch(Optional::isPresent)) {
                happened.computeIfAbsent(values, v -> new ArrayList<>()).add(revision);
            }
        });
        for (Operation operation : history.operations()) {
            if (operation.request() instanceof Request.Write write) {
                List<Long> at = happened.remove(write.values());
                judgeWrite(operation, write, at == null ? List.of() : at);
            }
        }
        happened.forEach((values, at) -> fault("nobody wrote %s, at %s", values, at));
    }

    /**
     * One write.
     *
     * @param at the revisions at which its values, which are no other write's, were written; that
     *     of a mere deletion can't be told
     */
    private void judgeWrite(Operation operation, Request.Write write, List<Long> at) {
        if (at.size() > 1) {
            fault("%s happened again and again, at %s", write, at);
        }
        switch (operation.answer()) {
            case Answer.Written(long revision) -> {
                if (!write.values().equals(changes.get(revision))) {
                    fault(
                            "%s was acknowledged at %d, where %s happened",
                            write, revision, changes.get(revision));
                }
                conditionHeld(write, revision);
            }
            case Answer.Lost ignored when !at.isEmpty() -> {
                conditionHeld(write, at.getFirst());
                happenedUnheard.put(operation, at.getFirst());
            }
            case Answer.Refused ignored when !at.isEmpty() ->
                    fault("%s was refused and happened at %s", write, at);
            case Answer.NoLease ignored when !at.isEmpty() ->
                    fault("%s was refused for its lease and happened at %s", write, at);
            default -> {}
        }
    }

    private void conditionHeld(Request.Write write, long revision) {
        write.onlyIf()
                .ifPresent(expected -> {
                    long found = changedAt(expected.key(), revision - 1);
                    if (found != expected.changedAt()) {
                        fault(
                                "%s happened at %d although the key had changed at %d",
                                write, revision, found);
                    }
                });
    }

    /** The revision that changed a key last, 0 if it is not there. */
    private long changedAt(String key, long asOf) {
        for (var at : changes.headMap(asOf + 1).reversed().entrySet()) {
            Optional<String> value = at.getValue().get(key);
            if (value != null) {
                return value.isPresent() ? at.getKey() : 0;
            }
        }
        return 0;
    }

    /** What was found, or what a write was refused for, is what the changes before add up to. */
    private void answersAreOfTheirRevision() {
        List<Operation> byRevision =
                history.operations().stream()
                        .filter(o -> revision(o) > 0)
                        .sorted(Comparator.comparingLong(Judge::revision))
                        .toList();
        SortedMap<String, Entry> state = new TreeMap<>();
        long applied = 0;
        for (Operation operation : byRevision) {
            long revision = revision(operation);
            changes.subMap(applied + 1, revision + 1)
                    .forEach((at, values) -> apply(state, at, values));
            applied = Math.max(applied, revision);
            compare(operation, state);
        }
    }

    private static void apply(
            SortedMap<String, Entry> state, long revision, Map<String, Optional<String>> values) {
        values.forEach((key, value) ->
                value.ifPresentOrElse(
                        v -> state.put(key, new Entry(key, v, revision)), () -> state.remove(key)));
    }

    private void compare(Operation operation, SortedMap<String, Entry> state) {
        switch (operation.answer()) {
            case Answer.Found found when operation.request() instanceof Request.Read read -> {
                List<Entry> right =
                        state.values().stream()
                                .filter(e -> e.key().startsWith(read.prefix()))
                                .toList();
                if (!found.entries().equals(right)) {
                    fault(
                            "a read of %s at %d found %s and not %s",
                            read.prefix(), found.revision(), found.entries(), right);
                }
            }
            case Answer.Refused refused when operation.request() instanceof Request.Write write -> {
                Expected expected = write.onlyIf().orElseThrow();
                Entry entry = state.get(expected.key());
                if ((entry == null ? 0 : entry.changedAt()) == expected.changedAt()) {
                    fault("%s was refused at %d, where it holds", write, refused.revision());
                }
            }
            default -> {}
        }
    }

    private static long revision(Operation operation) {
        return switch (operation.answer()) {
            case Answer.Written written -> written.revision();
            case Answer.Refused refused -> refused.revision();
            case Answer.Found found -> found.revision();
            case Answer.Revoked revoked -> revoked.revision();
            case Answer.Alive _, Answer.NoLease _, Answer.Lost _ -> 0;
        };
    }

    /** Whatever was sent after an answer came holds at that answer's revision or later. */
    private void orderKeepsToRealTime() {
        List<Operation> bySending =
                history.operations().stream()
                        .filter(o -> revision(o) > 0 || happenedUnheard.containsKey(o))
                        .sorted(Comparator.comparingLong(Operation::sent))
                        .toList();
        PriorityQueue<Operation> open =
                new PriorityQueue<>(Comparator.comparingLong(Operation::answered));
        long newest = 0;
        for (Operation operation : bySending) {
            while (!open.isEmpty() && open.element().answered() < operation.sent()) {
                newest = Math.max(newest, revision(open.remove()));
            }
            Long unheard = happenedUnheard.get(operation);
            boolean isNew = unheard != null || operation.answer() instanceof Answer.Written;
            long revision = unheard != null ? unheard : revision(operation);
            if (revision < newest + (isNew ? 1 : 0)) {
                fault(
                        "after an answer of revision %d came one of %d: %s",
                        newest, revision, operation);
            }
            if (unheard == null) {
                open.add(operation);
            }
        }
    }
}
