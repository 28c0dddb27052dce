package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Clients that use the store as an API server does: lists, and creations, updates and deletions
 * that name the revision they are based on; some write two objects at once. Each stays with one
 * member until that does not answer, and goes on with the next.
 */
final class Traffic implements AutoCloseable {

    private static final String PREFIX = "/registry/things/";
    private static final int OBJECTS = 6;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration PAUSE_AFTER_LOSS = Duration.ofMillis(50);

    private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Members members;

    Traffic(Members members, int clients, long seed) {
        this.members = members;
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads.add(
                    Thread.ofVirtual()
                            .name("client-" + i)
                            .start(() -> run(client, new SplittableRandom(seed + client))));
        }
    }

    private void run(int client, SplittableRandom random) {
        List<Entry> known = List.of();
        int member = client;
        try {
            for (int i = 0; ; i++) {
                Caller caller = new Caller(members.channel(member % Members.COUNT));
                Request request = request(random, known, "c" + client + "-" + i);
                switch (call(client, caller, request)) {
                    case Answer.Found found -> known = found.entries();
                    case Answer.Lost ignored -> {
                        member++;
                        TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_LOSS.toNanos());
                    }
                    default -> {}
                }
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer call(int client, Caller caller, Request request) {
        long sent = System.nanoTime();
        Answer answer = caller.call(request);
        operations.add(new Operation(client, sent, System.nanoTime(), request, answer));
        return answer;
    }

    private static Request request(SplittableRandom random, List<Entry> known, String unique) {
        String key = PREFIX + random.nextInt(OBJECTS);
        Optional<String> value = Optional.of(unique);
        long changedAt =
                known.stream()
                        .filter(e -> e.key().equals(key))
                        .mapToLong(Entry::changedAt)
                        .findFirst()
                        .orElse(0);
        Optional<Expected> unchanged = Optional.of(new Expected(key, changedAt));
        return switch (random.nextInt(8)) {
            case 0 -> new Request.Write(Map.of(key, value), Optional.empty());
            case 1 ->
                    new Request.Write(
                            Map.of(PREFIX + "pair-a", value, PREFIX + "pair-b", value), unchanged);
            case 2 ->
                    new Request.Write(
                            Map.of(key, changedAt == 0 ? value : Optional.empty()), unchanged);
            case 3, 4 -> new Request.Write(Map.of(key, value), unchanged);
            default -> new Request.Read(PREFIX);
        };
    }

    /** How many calls were answered until now. */
    long answered() {
        return operations.stream().filter(o -> !(o.answer() instanceof Answer.Lost)).count();
    }

    /** Ends the clients, and reads everything once more; asks until somebody answers. */
    List<Operation> finish() throws InterruptedException {
        close();
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; ; i++) {
            Caller caller = new Caller(members.channel(i % Members.COUNT));
            if (call(-1, caller, new Request.Read(PREFIX)) instanceof Answer.Found) {
                return List.copyOf(operations);
            }
            if (i > 20) {
                throw new AssertionError("nobody answers after all faults have ended");
            }
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
