package dev.quilla.benchmarks.store;

import dev.quilla.benchmarks.Latencies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How long nobody's write is acknowledged after {@code kill -9} of the leader, while clients of
 * both other members write. The dead member is started again, and has caught up, before the next
 * kill.
 */
final class LeaderKills {

    private static final int WRITERS = 8;
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** Of undisturbed writing between two kills: part of what is measured. */
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /** Of a kill that took longer, what the members' logs say is printed. */
    private static final Duration OUTLIER = Duration.ofMillis(900);

    private static final int LINES_MAX = 80;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final MemberGroup group;
    private final Consumer<String> out;
    private final List<Long> first = new ArrayList<>();
    private final List<Long> all = new ArrayList<>();

    LeaderKills(MemberGroup group, Consumer<String> out) {
        this.group = group;
        this.out = out;
    }

    void run(int kills) throws IOException, InterruptedException {
        for (Member member : group.running()) {
            write(member);
        }
        for (int i = 1; i <= kills; i++) {
            killOnce(i);
        }
        out.accept("to the next write of any client: " + latencies(first));
        out.accept("to the next write on both members: " + latencies(all));
    }

    private static void write(Member member) {
        member.ask("writers " + WRITERS + " " + PAUSE.toMillis()).join();
    }

    private void killOnce(int number) throws IOException, InterruptedException {
        Thread.sleep(BETWEEN);
        Member leader = group.awaitLeader();
        List<Member> others = group.running().stream().filter(m -> m != leader).toList();
        long before = Clock.micros();
        leader.kill();
        String request = "first-since " + Clock.micros();
        List<Long> ends =
                others.stream().map(m -> m.ask(request)).toList().stream()
                        .map(a -> Long.parseLong(a.join()))
                        .sorted()
                        .toList();
        first.add(ends.getFirst() - before);
        all.add(ends.getLast() - before);
        out.accept(
                "kill %d of %s: next write after %d ms, on both after %d ms"
                        .formatted(
                                number,
                                leader.id(),
                                first.getLast() / 1_000,
                                all.getLast() / 1_000));
        if (all.getLast() > ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(OUTLIER))) {
            explain(before, ends.getLast());
        }
        leader.close();
        Member restarted = group.start(leader.id());
        restarted.awaitReady();
        restarted.ask("caught-up").join();
        write(restarted);
    }

    private void explain(long fromMicros, long toMicros) throws IOException {
        String from = STAMP.format(Instant.EPOCH.plus(fromMicros, ChronoUnit.MICROS));
        String to = STAMP.format(Instant.EPOCH.plus(toMicros, ChronoUnit.MICROS));
        for (Member member : group.all()) {
            Files.readString(member.log(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> l.compareTo(from) >= 0 && l.compareTo(to) <= 0)
                    .filter(l -> l.matches("\\d\\d:\\d\\d:.*"))
                    .limit(LINES_MAX)
                    .forEach(l -> out.accept("  " + member.id() + " " + l));
        }
    }

    private static Latencies latencies(List<Long> micros) {
        return Latencies.of(micros.stream().mapToLong(m -> m * 1_000));
    }
}
