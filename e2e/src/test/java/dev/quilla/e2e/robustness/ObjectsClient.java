package dev.quilla.e2e.robustness;

import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Entry;
import dev.quilla.e2e.robustness.Operation.Expected;
import dev.quilla.e2e.robustness.Operation.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Lists objects, and creates, updates and deletes them by the revision that it knows; now and then
 * two at once.
 */
final class ObjectsClient implements Traffic.Client {

    private static final String PREFIX = Traffic.PREFIX + "things/";
    private static final int OBJECTS = 6;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final SplittableRandom random;
    private final String name;
    private List<Entry> known = List.of();
    private long calls;

    ObjectsClient(SplittableRandom random, String name) {
        this.random = random;
        this.name = name;
    }

    @Override
    public Request next() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        String key = PREFIX + random.nextInt(OBJECTS);
        Optional<String> value = Optional.of(name + "-" + calls++);
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

    @Override
    public void answered(Request request, Answer answer) {
        if (answer instanceof Answer.Found found) {
            known = found.entries();
        }
    }
}
