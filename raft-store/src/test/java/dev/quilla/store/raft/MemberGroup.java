package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three members as processes. */
final class MemberGroup implements AutoCloseable {

    static final List<String> IDS = List.of("m1", "m2", "m3");

    private final Path folder;
    private final String ports;
    private final Duration election;
    private final Map<String, MemberProcess> members = new HashMap<>();

    MemberGroup(Path folder) throws IOException {
        this(folder, Duration.ofMillis(300));
    }

    /** With another election time-out than most tests have. */
    MemberGroup(Path folder, Duration election) throws IOException {
        this.folder = folder;
        this.election = election;
        this.ports =
                Ports.free(IDS.size()).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(","));
    }

    MemberProcess start(String id, String... wrapper) throws IOException {
        MemberProcess process =
                new MemberProcess(List.of(wrapper), id, ports, folder.resolve(id), election);
        members.put(id, process);
        return process;
    }

    void startAll() throws IOException {
        for (String id : IDS) {
            start(id);
        }
        members.values().forEach(MemberProcess::awaitReady);
    }

    /** Members that were written to, {@code /k0} and so on, and have all ended. */
    static MemberGroup filled(Path folder, int writes) throws IOException, InterruptedException {
        MemberGroup group = new MemberGroup(folder);
        group.startAll();
        write(group.awaitLeader(), writes, "value", 1);
        group.all().forEach(MemberProcess::close);
        return group;
    }

    /**
     * Writes {@code /k0} and so on.
     *
     * @param atOnce how many wait for their answers at the same time; these may share entries of
     *     the log, by whose number snapshots are taken
     */
    static void write(MemberProcess leader, int writes, String value, int atOnce) {
        for (int i = 0; i < writes; i += atOnce) {
            IntStream.range(i, Math.min(writes, i + atOnce))
                    .mapToObj(k -> leader.ask("put /k" + k + " " + value + k))
                    .toList()
                    .forEach(answer -> assertTrue(answer.join().startsWith("ok"), answer::join));
        }
    }

    /** A snapshot counts once its sum is written, which may not come before the process ends. */
    Path newestSnapshot(String id) throws IOException {
        Path sum = newest(id, "snapshot\\.\\d+_\\d+\\.md5");
        return sum.resolveSibling(sum.getFileName().toString().replace(".md5", ""));
    }

    /** A member's file with the highest index, which is the last number of its name. */
    Path newest(String id, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(id))) {
            return files.filter(f -> f.getFileName().toString().matches(name))
                    .max(Comparator.comparingLong(MemberGroup::index))
                    .orElseThrow();
        }
    }

    private static long index(Path file) {
        return Long.parseLong(
                file.getFileName().toString().replaceAll("\\.md5$", "").replaceAll(".*\\D", ""));
    }

    MemberProcess member(String id) {
        return members.get(id);
    }

    List<MemberProcess> all() {
        return List.copyOf(members.values());
    }

    String ports() {
        return ports;
    }

    /** Asks until somebody says that it leads. */
    MemberProcess awaitLeader() throws InterruptedException {
        return awaitLeaderBut(Optional.empty());
    }

    /** Asks all but one, which is stopped and would not answer. */
    MemberProcess awaitLeaderBut(Optional<MemberProcess> stopped) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < deadline) {
            for (MemberProcess member : members.values()) {
                if (!stopped.equals(Optional.of(member))
                        && member.isAlive()
                        && member.ask("role").join().equals("ok leader")) {
                    return member;
                }
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new AssertionError("nobody leads after a minute");
    }

    @Override
    public void close() {
        members.values().forEach(MemberProcess::close);
    }
}
