package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Calls of several clients, which overlap, answered by a store that is right. */
final class RightStore {

    static final long START = 7;

    private static final int CALLS = 300;
    private static final long MS = 1_000_000;
    private static final Duration TIME_TO_LIVE = Duration.ofMillis(100);

    private final SplittableRandom random;
    private final SortedMap<String, Entry> state = new TreeMap<>();
    private final Map<String, Long> leaseOf = new HashMap<>();
    private final SortedMap<Long, Long> deadlines = new TreeMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private long revision = START;
    private final List<Long> lateGrants = new ArrayList<>();
    private long leases;
    private long now;

    RightStore(long seed) {
        random = new SplittableRandom(seed);
    }

    History run() {
        for (int i = 0; i < CALLS; i++) {
            // It takes effect somewhere between; the next is sent before or after its answer.
            long sent = now + random.nextInt(3) * MS;
            now += 3 * MS;
            expire();
            if (random.nextInt(3) == 0) {
                lateGrants.forEach(this::keptAlive);
                lateGrants.clear();
            }
            long answered = now + random.nextInt(9) * MS;
            Request request = request(i);
            Answer answer;
            if (request instanceof Request.Grant grant && random.nextInt(4) == 0) {
                lateGrants.add(grant.lease());
                answer = new Answer.Lost("still under way");
            } else {
                answer = answer(request);
                if (random.nextInt(10) == 0) {
                    answer = new Answer.Lost("time is over");
                }
            }
            operations.add(new Operation(i % 4, sent, answered, request, answer));
        }
        now += 2 * TIME_TO_LIVE.toNanos();
        expire();
        Request all = new Request.Read("");
        operations.add(new Operation(0, now + 100, now + 101, all, answer(all)));
        return new History(START, operations, List.of(changes, changes));
    }

    private void expire() {
        List<Long> over =
                deadlines.keySet().stream()
                        .filter(l -> deadlines.getOrDefault(l, 0L) < now)
                        .toList();
        over.forEach(this::end);
    }

    private void end(long lease) {
        deadlines.remove(lease);
        List<String> keys =
                state.keySet().stream().filter(k -> leaseOf.getOrDefault(k, 0L) == lease).toList();
        if (!keys.isEmpty()) {
            revision++;
            keys.forEach(key -> set(key, Optional.empty()));
        }
    }

    private void set(String key, Optional<String> value) {
        changes.add(new Change(revision, key, value, now + MS));
        leaseOf.remove(key);
        value.ifPresentOrElse(
                v -> state.put(key, new Entry(key, v, revision)), () -> state.remove(key));
    }

    private Request request(int number) {
        String key = "k" + random.nextInt(4);
        Entry entry = state.get(key);
        long changedAt = entry == null ? 0 : entry.changedAt();
        Optional<String> value = Optional.of("v" + number);
        long lease = 1 + random.nextLong(Math.max(1, leases));
        return switch (leases == 0 ? 4 : random.nextInt(9)) {
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
            case 4 -> new Request.Grant(++leases, TIME_TO_LIVE);
            case 5 -> random.nextInt(4) == 0 ? new Request.Revoke(lease) : new Request.Renew(lease);
            case 6 ->
                    new Request.Write(
                            Map.of("l" + lease + "a", value, "l" + lease + "b", value),
                            Optional.empty(),
                            OptionalLong.of(lease));
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
            case Request.Grant grant -> keptAlive(grant.lease());
            case Request.Renew renew ->
                    deadlines.containsKey(renew.lease())
                            ? keptAlive(renew.lease())
                            : new Answer.NoLease();
            case Request.Revoke revoke -> {
                if (!deadlines.containsKey(revoke.lease())) {
                    yield new Answer.NoLease();
                }
                end(revoke.lease());
                yield new Answer.Revoked(revision);
            }
        };
    }

    private Answer keptAlive(long lease) {
        deadlines.put(lease, now + TIME_TO_LIVE.toNanos());
        return new Answer.Alive(TIME_TO_LIVE);
    }

    private Answer write(Request.Write write) {
        if (write.lease().isPresent() && !deadlines.containsKey(write.lease().getAsLong())) {
            return new Answer.NoLease();
        }
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
                    set(key, value);
                    write.lease().ifPresent(lease -> leaseOf.put(key, lease));
                });
        return new Answer.Written(revision);
    }
}
