package dev.quilla.benchmarks.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The figures of the store alone: puts of 1.5 KB and linearizable gets a second by clients in the
 * leader's process, and how long writes stand still when the leader is killed. Started by {@code
 * benchmarks/store.sh}; prints a line a figure.
 */
public final class StoreFigures {

    private static final Duration RUN = Duration.ofSeconds(5);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final String USAGE =
            "usage: store.sh load [FLAG FOR THE MEMBERS' JVM…]"
                    + " | store.sh kills COUNT [ELECTION_MIN_MS ELECTION_MAX_MS]";

    private StoreFigures() {}

    /**
     * Measures.
     *
     * @param args an empty directory, then what to measure
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        String what = args.length > 1 ? args[1] : "";
        switch (what) {
            case "load" -> load(folder, List.of(args).subList(2, args.length));
            case "kills" -> kills(folder, args);
            default -> throw new IllegalArgumentException(USAGE);
        }
    }

    private static void load(Path folder, List<String> flags) throws Exception {
        try (MemberGroup group = group(folder, flags, 500, 1000)) {
            group.startAll();
            Member leader = group.awaitLeader();
            leader.ask("puts 64 " + WARM_UP.toMillis()).join();
            for (int clients : new int[] {1, 16, 64, 256}) {
                print(group, leader, "puts " + clients);
            }
            print(group, leader, "gets 64");
            Member other =
                    group.running().stream().filter(m -> m != leader).findFirst().orElseThrow();
            print(group, other, "gets 64");
        }
    }

    /** With the processor time of all members for each answer. */
    private static void print(MemberGroup group, Member member, String what) {
        String where = member.ask("role").join();
        Duration before = processorTime(group);
        String answer = member.ask(what + " " + RUN.toMillis()).join();
        double used = processorTime(group).minus(before).toNanos() / 1e6;
        long answered = Math.max(1, Long.parseLong(answer.split(" ", 2)[0]));
        System.out.printf(
                Locale.ROOT,
                "%s on the %s: %s, %.2f ms of processor time each%n",
                what,
                where,
                answer,
                used / answered);
    }

    private static Duration processorTime(MemberGroup group) {
        return group.running().stream()
                .map(Member::processorTime)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static void kills(Path folder, String[] args) throws Exception {
        int kills = Integer.parseInt(args[2]);
        long min = args.length > 4 ? Long.parseLong(args[3]) : 500;
        long max = args.length > 4 ? Long.parseLong(args[4]) : 1000;
        try (MemberGroup group = group(folder, List.of(), min, max)) {
            group.startAll();
            group.awaitLeader();
            new LeaderKills(group, System.out::println).run(kills);
        }
    }

    private static MemberGroup group(Path folder, List<String> flags, long min, long max)
            throws Exception {
        return new MemberGroup(
                Files.createDirectories(folder),
                flags,
                Duration.ofMillis(min),
                Duration.ofMillis(max));
    }
}
