package dev.quilla.e2e.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.e2e.BesideClusters;
import dev.quilla.e2e.Eventually;
import dev.quilla.e2e.robustness.Operation.Answer;
import dev.quilla.e2e.robustness.Operation.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
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
 * Whatever befalls its members, a store never answers what no correct store could. System
 * properties: {@code robustness.seed}, how many {@code robustness.seeds} from there on (each is a
 * history of its own, with the usual faults once), and {@code robustness.faults}, to choose them;
 * see the README in {@code e2e/robustness}.
 */
@BesideClusters
final class RobustnessTest {

    private static final int CLIENTS = 6;
    private static final int HOLDERS = 4;
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final int LENGTH_MS_MIN = 300;
    private static final int LENGTH_MS_MAX = 2_500;

    /** How many calls are answered between two faults. */
    private static final int CALM = 200;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void clientsSeeNothingWrongUnderFaults() throws IOException, InterruptedException {
        long first = Long.getLong("robustness.seed", 1);
        int seeds = Integer.getInteger("robustness.seeds", 1);
        try (Members members = new Members(folder, first)) {
            awaitAll(members);
            for (long seed = first; seed < first + seeds; seed++) {
                run(members, seed);
            }
        }
    }

    private static void run(Members members, long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        long start = clear(members);
        List<Watcher> watchers =
                IntStream.range(0, Members.COUNT)
                        .mapToObj(i -> new Watcher(members, i, start))
                        .toList();
        try (Traffic traffic = new Traffic(members, CLIENTS, HOLDERS, seed)) {
            for (Fault fault : shuffled(random)) {
                awaitProgress(members, traffic);
                Duration length = Duration.ofMillis(random.nextInt(LENGTH_MS_MIN, LENGTH_MS_MAX));
                System.out.printf("seed %d: %s for %d ms%n", seed, fault, length.toMillis());
                fault.make(
                        new Fault.Scene(
                                members, members.leader().orElse(0), length, random.split()));
            }
            awaitProgress(members, traffic);
            judge(seed, start, traffic.finish(), watchers);
        } finally {
            watchers.forEach(Watcher::close);
        }
    }

    private static List<Fault> shuffled(SplittableRandom random) {
        String wanted = System.getProperty("robustness.faults", "");
        List<Fault> faults =
                new ArrayList<>(
                        wanted.isEmpty()
                                ? EnumSet.allOf(Fault.class)
                                : Arrays.stream(wanted.split(",")).map(Fault::valueOf).toList());
        Collections.shuffle(faults, new Random(random.nextLong()));
        return faults;
    }

    /** Deletes what the seed before has left; answers the revision then. */
    private static long clear(Members members) {
        Caller caller = new Caller(members.channel(members.leader().orElse(0)));
        Answer.Found all = (Answer.Found) caller.call(new Request.Read(Traffic.PREFIX));
        if (!all.entries().isEmpty()) {
            caller.call(
                    new Request.Write(
                            all.entries().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    Operation.Entry::key,
                                                    e -> java.util.Optional.empty())),
                            java.util.Optional.empty()));
        }
        Answer.Found none = (Answer.Found) caller.call(new Request.Read(Traffic.PREFIX));
        assertEquals(List.of(), none.entries());
        return none.revision();
    }

    private static void awaitAll(Members members) {
        Eventually.within(
                RECOVERY,
                "all members serve",
                () ->
                        assertTrue(
                                IntStream.range(0, Members.COUNT).allMatch(members::serves)
                                        && members.leader().isPresent()));
    }

    /** After a fault has ended all must soon serve again. */
    private static void awaitProgress(Members members, Traffic traffic) {
        awaitAll(members);
        long before = traffic.answered();
        Eventually.within(
                RECOVERY,
                "clients are served",
                () -> assertTrue(traffic.answered() > before + CALM));
    }

    private static void judge(
            long seed, long start, List<Operation> operations, List<Watcher> watchers)
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
        System.out.printf(
                "seed %d: %d revisions; answers: %s%n", seed, last.revision() - start, answers);
        assertEquals(List.of(), Judge.faults(new History(start, operations, told)), "seed " + seed);
    }
}
