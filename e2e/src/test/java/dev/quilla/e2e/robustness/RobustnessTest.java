package dev.quilla.e2e.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.e2e.Eventually;
import dev.quilla.e2e.robustness.Operation.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever befalls its members, a store never answers what no correct store could. {@code
 * robustness.seed} and {@code robustness.rounds} (each has every fault once) are system properties;
 * see the README in {@code e2e/robustness}.
 */
final class RobustnessTest {

    private static final int CLIENTS = 9;
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void clientsSeeNothingWrongUnderFaults() throws IOException, InterruptedException {
        long seed = Long.getLong("robustness.seed", 1);
        int rounds = Integer.getInteger("robustness.rounds", 1);
        SplittableRandom random = new SplittableRandom(seed);
        try (Members members = new Members(folder)) {
            awaitLeader(members);
            List<Watcher> watchers =
                    IntStream.range(0, Members.COUNT)
                            .mapToObj(i -> new Watcher(members, i))
                            .toList();
            try (Traffic traffic = new Traffic(members, CLIENTS, seed)) {
                for (int round = 0; round < rounds; round++) {
                    for (Fault fault : shuffled(random)) {
                        awaitProgress(members, traffic);
                        System.out.printf("seed %d, round %d: %s%n", seed, round + 1, fault);
                        fault.make(
                                members,
                                members.leader().orElse(0),
                                Duration.ofMillis(random.nextInt(500, 3_000)));
                    }
                }
                awaitProgress(members, traffic);
                judge(traffic.finish(), watchers);
            } finally {
                watchers.forEach(Watcher::close);
            }
        }
    }

    private static List<Fault> shuffled(SplittableRandom random) {
        List<Fault> faults = new ArrayList<>(Arrays.asList(Fault.values()));
        Collections.shuffle(faults, new Random(random.nextLong()));
        return faults;
    }

    private static void awaitLeader(Members members) {
        Eventually.within(
                RECOVERY, "somebody leads", () -> assertTrue(members.leader().isPresent()));
    }

    /** After a fault has ended the store must soon serve again. */
    private static void awaitProgress(Members members, Traffic traffic) {
        awaitLeader(members);
        long before = traffic.answered();
        Eventually.within(
                RECOVERY,
                "clients are served",
                () -> assertTrue(traffic.answered() > before + 400));
    }

    private static void judge(List<Operation> operations, List<Watcher> watchers)
            throws InterruptedException {
        Answer.Found last = (Answer.Found) operations.getLast().answer();
        List<List<Change>> told = new ArrayList<>();
        for (Watcher watcher : watchers) {
            told.add(watcher.toldUpTo(last.revision(), RECOVERY));
        }
        Map<String, Long> answers =
                operations.stream()
                        .map(o ->
                                o.answer() instanceof Answer.Lost lost
                                        ? lost.why()
                                        : o.answer().getClass().getSimpleName())
                        .collect(
                                Collectors.groupingBy(w -> w, TreeMap::new, Collectors.counting()));
        System.out.printf("%d revisions; answers: %s%n", last.revision(), answers);
        assertEquals(List.of(), Judge.faults(new History(operations, told)));
    }
}
