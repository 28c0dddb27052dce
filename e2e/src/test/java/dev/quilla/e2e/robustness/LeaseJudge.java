package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says what is wrong with leases: one lives for its time after every renewal that was acknowledged,
 * its keys go all at once and only with it, it never comes back, and one that nobody renews ends.
 * All are judged by one clock, before which a call was sent and after which its answer or an event
 * came; that of the store counts in between.
 */
final class LeaseJudge {

    /** By so much the members' clocks may be slower than the judge's. */
    private static final Duration TOLERANCE = Duration.ofMillis(20);

    /** That a lease has ended, known to somebody since. */
    private record Seen(long when, String by) {}

    private static final Seen NEVER = new Seen(Long.MAX_VALUE, "nothing");

    private final History history;
    private final SortedMap<Long, Map<String, Optional<String>>> changes;
    private final Map<Map<String, Optional<String>>, Request.Write> writes = new HashMap<>();
    private final Set<Long> acknowledged = new HashSet<>();
    private final List<Request.Write> unheardDeletions = new ArrayList<>();
    private final Map<Long, Long> told = new HashMap<>();
    private final Map<String, Long> leaseOf = new HashMap<>();
    private final Map<Long, Long> endedAt = new HashMap<>();

    /** What showed first that a lease had ended. */
    private final Map<Long, Seen> endSeen = new HashMap<>();

    /** When a lease was known to live first; before, it may not have been made yet. */
    private final Map<Long, Long> madeBy = new HashMap<>();

    private final List<String> faults = new ArrayList<>();

    private LeaseJudge(History history, SortedMap<Long, Map<String, Optional<String>>> changes) {
        this.history = history;
        this.changes = changes;
    }

    /**
     * All that is wrong.
     *
     * @param changes what happened at each revision
     */
    static List<String> faults(
            History history, SortedMap<Long, Map<String, Optional<String>>> changes) {
        LeaseJudge judge = new LeaseJudge(history, changes);
        judge.lookAtCalls();
        judge.keysGoWithTheirLease();
        judge.noneIsLeft();
        judge.livesForItsTimeAndNoLonger();
        return judge.faults;
    }

    private void fault(String format, Object... values) {
        faults.add(format.formatted(values));
    }

    private void lookAtCalls() {
        for (List<Change> one : history.watchers()) {
            one.forEach(c -> told.merge(c.revision(), c.told(), Math::min));
        }
        for (Operation operation : history.operations()) {
            if (operation.answer() instanceof Answer.Alive) {
                lease(operation.request())
                        .ifPresent(l -> madeBy.merge(l, operation.answered(), Math::min));
            }
        }
        for (Operation operation : history.operations()) {
            switch (operation.answer()) {
                case Answer.Written(long revision) -> acknowledged.add(revision);
                case Answer.Revoked _, Answer.NoLease _ ->
                        lease(operation.request())
                                .filter(l -> wasMade(l, operation))
                                .ifPresent(l ->
                                        seenEnded(l, operation.answered(), operation.toString()));
                default -> {}
            }
            if (operation.request() instanceof Request.Write write) {
                writes.put(write.values(), write);
                if (operation.answer() instanceof Answer.Lost && isDeletion(write.values())) {
                    unheardDeletions.add(write);
                }
            }
        }
    }

    private static boolean isDeletion(Map<String, Optional<String>> values) {
        return values.values().stream().allMatch(Optional::isEmpty);
    }

    /** A grant whose answer was lost may happen after a call that finds no lease yet. */
    private boolean wasMade(long lease, Operation before) {
        return before.answer() instanceof Answer.Revoked
                || madeBy.getOrDefault(lease, Long.MAX_VALUE) <= before.sent();
    }

    private void seenEnded(long lease, long when, String by) {
        endSeen.merge(lease, new Seen(when, by), (a, b) -> a.when() <= b.when() ? a : b);
    }

    private static Optional<Long> lease(Request request) {
        return switch (request) {
            case Request.Read _ -> Optional.empty();
            case Request.Write write -> write.lease().stream().boxed().findFirst();
            case Request.Grant grant -> Optional.of(grant.lease());
            case Request.Renew renew -> Optional.of(renew.lease());
            case Request.Revoke revoke -> Optional.of(revoke.lease());
        };
    }

    /** What is deleted was deleted by somebody, or is all that a lease had. */
    private void keysGoWithTheirLease() {
        changes.forEach((revision, values) -> {
            if (!acknowledged.contains(revision) && isDeletion(values)) {
                explain(revision, values);
            }
            Request.Write write = writes.get(values);
            values.forEach((key, value) -> {
                leaseOf.remove(key);
                if (value.isPresent() && write != null) {
                    write.lease().ifPresent(lease -> attach(revision, key, lease));
                }
            });
        });
    }

    private void attach(long revision, String key, long lease) {
        leaseOf.put(key, lease);
        Long ended = endedAt.get(lease);
        if (ended != null) {
            fault("lease %d ended at %d and was given %s at %d", lease, ended, key, revision);
        }
    }

    private void explain(long revision, Map<String, Optional<String>> values) {
        Set<Long> leases =
                values.keySet().stream()
                        .map(key -> leaseOf.getOrDefault(key, 0L))
                        .collect(Collectors.toSet());
        long lease = leases.iterator().next();
        if (leases.equals(Set.of(0L))) {
            Optional<Request.Write> unheard =
                    unheardDeletions.stream().filter(w -> w.values().equals(values)).findFirst();
            unheard.ifPresentOrElse(
                    unheardDeletions::remove,
                    () -> fault("nobody deleted %s, at %d", values.keySet(), revision));
        } else if (leases.size() > 1) {
            fault("keys of several leases went at %d: %s", revision, values.keySet());
        } else {
            Set<String> all =
                    leaseOf.entrySet().stream()
                            .filter(e -> e.getValue() == lease)
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toSet());
            if (!all.equals(values.keySet())) {
                fault(
                        "of lease %d with %s only %s went at %d",
                        lease, new TreeSet<>(all), new TreeSet<>(values.keySet()), revision);
            }
            endedAt.put(lease, revision);
            seenEnded(
                    lease,
                    told.getOrDefault(revision, Long.MAX_VALUE),
                    "the deletion of its keys at " + revision);
        }
    }

    private void noneIsLeft() {
        if (!leaseOf.isEmpty()) {
            fault("leases that nobody renews are still there: %s", leaseOf);
        }
    }

    private void livesForItsTimeAndNoLonger() {
        Map<Long, Long> revoked = new HashMap<>();
        for (Operation operation : history.operations()) {
            if (operation.request() instanceof Request.Revoke revoke) {
                revoked.merge(revoke.lease(), operation.sent(), Math::min);
            }
        }
        for (Operation operation : history.operations()) {
            if (operation.answer() instanceof Answer.Alive(Duration timeToLive)) {
                long lease = lease(operation.request()).orElseThrow();
                Seen end = endSeen.getOrDefault(lease, NEVER);
                long seen = end.when();
                long least = operation.sent() + timeToLive.minus(TOLERANCE).toNanos();
                if (seen < operation.sent()) {
                    fault(
                            "lease %d had ended, as %s shows, and was revived by %s",
                            lease, end.by(), operation);
                } else if (seen < least && revoked.getOrDefault(lease, Long.MAX_VALUE) > seen) {
                    fault(
                            "lease %d ended %d ms too early, as %s shows, after %s",
                            lease, Duration.ofNanos(least - seen).toMillis(), end.by(), operation);
                }
            }
        }
    }
}
