package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import dev.quilla.store.Outcome;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.UnknownOutcomeException;
import dev.quilla.store.log.CommandLog;
import dev.quilla.store.mvcc.SnapshotFile;
import dev.quilla.store.simulation.SimulatedDisk.LogEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One member of a simulated log. Replication is Raft's: entries are acknowledged when synced,
 * committed when a majority of the leader's term has them. Elections are left to {@link
 * SimulatedGroup}, which grants what voters would.
 */
final class SimulatedLog implements CommandLog {

    private static final int ENTRIES_IN_MESSAGE = 16;
    private static final long PATIENCE_MILLIS = 2_000;

    private record Read(long index, long round, CompletableFuture<Long> answer) {}

    private final SimulatedGroup group;
    private final World world;
    final int number;
    final SimulatedDisk disk = new SimulatedDisk();
    private final Map<Long, CompletableFuture<Outcome>> proposed = new TreeMap<>();
    private final Map<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();
    private final List<Read> reads = new ArrayList<>();
    private final long[] matches;
    private final long[] rounds;
    private Follower follower;
    private boolean alive = true;
    private boolean leads;
    private boolean ready;
    private long life;
    private int leader = -1;
    private long commit;
    private long applied;
    private long round;

    SimulatedLog(SimulatedGroup group, World world, int number, int members) {
        this.group = group;
        this.world = world;
        this.number = number;
        this.matches = new long[members];
        this.rounds = new long[members];
        this.follower = group.newFollower(number);
    }

    boolean isAlive() {
        return alive;
    }

    boolean leads() {
        return alive && leads;
    }

    long applied() {
        return applied;
    }

    @Override
    public CompletableFuture<Outcome> propose(Command command) {
        if (!alive || leader < 0) {
            return CompletableFuture.failedFuture(new UnavailableException("nobody leads"));
        }
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        world.after(
                PATIENCE_MILLIS,
                () -> outcome.completeExceptionally(new UnknownOutcomeException("no answer")));
        int target = leader;
        world.send(
                number,
                target,
                () ->
                        group.member(target)
                                .take(command)
                                .whenComplete((o, no) ->
                                        world.send(
                                                target,
                                                number,
                                                () -> {
                                                    if (no == null) {
                                                        outcome.complete(o);
                                                    } else {
                                                        outcome.completeExceptionally(no);
                                                    }
                                                })));
        return outcome;
    }

    private CompletableFuture<Outcome> take(Command command) {
        if (!leads()) {
            return CompletableFuture.failedFuture(new UnavailableException("does not lead"));
        }
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        append(new LogEntry(disk.term, List.of(command)));
        proposed.put(disk.last(), outcome);
        return outcome;
    }

    private void append(LogEntry entry) {
        disk.append(entry);
        long index = disk.last();
        if (group.has(Mutant.ACKNOWLEDGES_BEFORE_SYNC)) {
            matches[number] = index;
        }
        sync(
                index,
                () -> {
                    matches[number] = Math.max(matches[number], Math.min(index, disk.last()));
                    advance();
                });
        replicate();
    }

    /** Goes to disk in a while, unless this life ends before or the entry is replaced. */
    private void sync(long index, Runnable then) {
        long now = life;
        long term = disk.termAt(index);
        world.after(
                1 + disk.slowMillis + world.below(world.chance(0.02) ? 200 : 5),
                () -> {
                    if (now == life && disk.fails) {
                        crash();
                    } else if (now == life
                            && index <= disk.last()
                            && index >= disk.base
                            && disk.termAt(index) == term) {
                        disk.synced = Math.max(disk.synced, index);
                        then.run();
                    }
                });
    }

    @Override
    public CompletableFuture<Void> barrier() {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        if (!alive || leader < 0) {
            passed.completeExceptionally(new UnavailableException("nobody leads"));
            return passed;
        }
        world.after(
                PATIENCE_MILLIS,
                () -> passed.completeExceptionally(new UnavailableException("no answer")));
        int target = leader;
        long now = life;
        world.send(
                number,
                target,
                () ->
                        group.member(target)
                                .readIndex()
                                .thenAccept(index ->
                                        world.send(
                                                target,
                                                number,
                                                () -> {
                                                    if (now == life) {
                                                        waiting.computeIfAbsent(
                                                                        index,
                                                                        _ -> new ArrayList<>())
                                                                .add(passed);
                                                        wake();
                                                    }
                                                })));
        return passed;
    }

    private CompletableFuture<Long> readIndex() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        if (!leads() || !ready) {
            return answer;
        }
        if (group.has(Mutant.READS_WITHOUT_MAJORITY)) {
            return CompletableFuture.completedFuture(commit);
        }
        reads.add(new Read(commit, ++round, answer));
        replicate();
        return answer;
    }

    /** Wins an election. */
    void lead() {
        leads = true;
        ready = false;
        leader = number;
        Arrays.fill(matches, 0);
        Arrays.fill(rounds, round);
        matches[number] = disk.synced;
        append(new LogEntry(disk.term, List.of()));
        heartbeat(disk.term, life);
    }

    private void heartbeat(long term, long now) {
        if (leads() && disk.term == term && life == now) {
            replicate();
            world.after(40, () -> heartbeat(term, now));
        }
    }

    /** Sees a newer term. */
    void adopt(long term) {
        if (alive && term > disk.term) {
            disk.term = term;
            stepDown();
        }
    }

    private void stepDown() {
        leads = false;
        ready = false;
        leader = -1;
        reads.clear();
        proposed.values()
                .forEach(p ->
                        p.completeExceptionally(
                                new UnknownOutcomeException("leadership was lost")));
        proposed.clear();
        follower.follows();
    }

    private void replicate() {
        for (int to = 0; to < matches.length; to++) {
            if (to != number) {
                send(to);
            }
        }
    }

    private void send(int to) {
        long term = disk.term;
        long asked = round;
        long previous = matches[to];
        if (previous < disk.base) {
            long index = disk.base;
            long indexTerm = disk.baseTerm;
            byte[] bytes = disk.snapshot;
            world.sendOnceOrTwice(
                    number,
                    to,
                    () -> group.member(to).install(number, term, index, indexTerm, bytes));
            return;
        }
        long previousTerm = disk.termAt(previous);
        List<LogEntry> entries = disk.after(previous, ENTRIES_IN_MESSAGE);
        long known = commit;
        world.sendOnceOrTwice(
                number,
                to,
                () ->
                        group.member(to)
                                .receive(
                                        number,
                                        term,
                                        asked,
                                        previous,
                                        previousTerm,
                                        entries,
                                        known));
    }

    private void receive(
            int from,
            long term,
            long asked,
            long previous,
            long previousTerm,
            List<LogEntry> entries,
            long known) {
        if (!accepts(from, term)) {
            return;
        }
        if (previous < disk.base
                || previous > disk.last()
                || disk.termAt(previous) != previousTerm) {
            answer(from, term, asked, previous < disk.base ? commit : 0);
            return;
        }
        long index = previous;
        for (LogEntry entry : entries) {
            index++;
            if (index <= disk.last() && disk.termAt(index) != entry.term()) {
                group.check(index > commit, "a committed entry would be replaced");
                disk.truncateAfter(index - 1);
            }
            if (index > disk.last()) {
                disk.append(entry);
            }
        }
        long match = index;
        commit = Math.max(commit, Math.min(known, match));
        applyCommitted();
        if (match <= disk.synced || group.has(Mutant.ACKNOWLEDGES_BEFORE_SYNC)) {
            answer(from, term, asked, match);
        } else {
            sync(match, () -> answer(from, term, asked, match));
        }
    }

    private boolean accepts(int from, long term) {
        if (alive && term < disk.term) {
            long newer = disk.term;
            world.send(number, from, () -> group.member(from).adopt(newer));
        }
        if (!alive || term < disk.term) {
            return false;
        }
        adopt(term);
        leader = from;
        follower.leaderIs(Integer.toString(from));
        return true;
    }

    private void install(int from, long term, long index, long indexTerm, byte[] bytes) {
        if (!accepts(from, term)) {
            return;
        }
        if (index > commit) {
            disk.keep(index, indexTerm, bytes);
            group.check(load(), "a snapshot that was sent is damaged");
        }
        answer(from, term, 0, index);
    }

    private void answer(int to, long term, long asked, long match) {
        world.sendOnceOrTwice(
                number, to, () -> group.member(to).acknowledged(number, term, asked, match));
    }

    private void acknowledged(int from, long term, long asked, long match) {
        if (!leads() || disk.term != term) {
            return;
        }
        boolean further = match > matches[from];
        matches[from] = Math.max(matches[from], match);
        rounds[from] = Math.max(rounds[from], asked);
        advance();
        if (further && match < disk.last()) {
            send(from);
        }
    }

    private void advance() {
        rounds[number] = round;
        if (!leads()) {
            return;
        }
        long everywhere = majority(matches);
        if (everywhere > commit && disk.termAt(everywhere) == disk.term) {
            commit = everywhere;
            applyCommitted();
        }
        long heard = majority(rounds);
        reads.removeIf(
                read -> read.round() <= heard && (read.answer().complete(read.index()) || true));
    }

    /** What more than half of the members have reached. */
    private static long majority(long[] reached) {
        long[] sorted = reached.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 2];
    }

    private void applyCommitted() {
        while (applied < commit) {
            if (group.has(Mutant.APPLIES_OUT_OF_ORDER) && number == 0 && applied + 2 <= commit) {
                mistake(applied + 2);
            }
            LogEntry entry = disk.get(applied + 1);
            List<Outcome> outcomes = follower.apply(applied + 1, entry.term(), entry.commands());
            applied++;
            CompletableFuture<Outcome> outcome = proposed.remove(applied);
            if (outcome != null) {
                outcome.complete(outcomes.getFirst());
            }
            if (leads && !ready && entry.term() == disk.term) {
                ready = true;
                follower.leads(disk.term);
            }
        }
        wake();
        if (applied - disk.base > group.snapshotEvery()) {
            disk.keep(applied, disk.termAt(applied), saved());
        }
    }

    private void wake() {
        waiting.entrySet()
                .removeIf(entry -> {
                    boolean reached = entry.getKey() <= applied;
                    if (reached) {
                        entry.getValue().forEach(passed -> passed.complete(null));
                    }
                    return reached;
                });
    }

    private byte[] saved() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            SnapshotFile.write(follower.save(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** False if the snapshot is damaged, and says so. */
    private boolean load() {
        applied = disk.base;
        commit = disk.base;
        if (disk.base > 0) {
            try {
                follower.load(SnapshotFile.read(new ByteArrayInputStream(disk.snapshot)));
            } catch (IOException | RuntimeException e) {
                return false;
            }
            group.loaded(number, applied);
        }
        return true;
    }

    void crash() {
        alive = false;
        life++;
        stepDown();
        waiting.values()
                .forEach(all ->
                        all.forEach(passed ->
                                passed.completeExceptionally(new UnavailableException("crashed"))));
        waiting.clear();
        disk.tear(world);
    }

    /** Begins with what is on disk; not at all if that is damaged, until it is mended. */
    void restart() {
        disk.fails = false;
        follower = group.newFollower(number);
        alive = load();
        if (!alive) {
            disk.mend();
        } else if (group.has(Mutant.APPLIES_AGAIN_AFTER_A_RESTART)) {
            mistake(disk.base + 1);
        } else if (group.has(Mutant.LOSES_AN_ENTRY_BY_A_RESTART) && disk.last() > applied) {
            applied++;
        }
    }

    /** An entry that will be applied is applied already. */
    private void mistake(long index) {
        if (index <= disk.synced) {
            LogEntry entry = disk.get(index);
            follower.apply(index, entry.term(), entry.commands());
        }
    }

    @Override
    public Position position() {
        return new Position(
                Integer.toString(number),
                leads() ? "leader" : "follower",
                disk.term,
                applied,
                matches.length,
                "");
    }

    @Override
    public void close() {
        crash();
    }

    @Override
    public String toString() {
        return "%d%s term %d log %d..%d synced %d commit %d applied %d"
                .formatted(
                        number,
                        leads() ? " leads" : "",
                        disk.term,
                        disk.base,
                        disk.last(),
                        disk.synced,
                        commit,
                        applied);
    }
}
