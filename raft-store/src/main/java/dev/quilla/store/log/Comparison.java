package dev.quilla.store.log;

import dev.quilla.store.Command;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares this member's state with the others', by the log alone: at a checkpoint, which is an
 * entry like any other, each member notes what its state comes to, and says so by another entry.
 * All of them see the same statements, so each can tell whether it is the one that differs.
 * Thread-safe: the log's thread notes, another looks.
 */
final class Comparison {

    /** Statements about older checkpoints are not waited for. */
    private static final int CHECKPOINTS_MAX = 32;

    private static final class Point {
        private final long index;
        private final long digest;
        private final Map<Long, Long> stated = new HashMap<>();
        private boolean told;

        Point(long index, long digest) {
            this.index = index;
            this.digest = digest;
        }
    }

    private final Deque<Point> points = new ArrayDeque<>();

    /**
     * An entry was applied.
     *
     * @param digest what the state after it comes to
     */
    synchronized void applied(long index, List<Command> commands, long digest) {
        for (Command command : commands) {
            if (command instanceof Command.Checkpoint) {
                points.addLast(new Point(index, digest));
                if (points.size() > CHECKPOINTS_MAX) {
                    points.removeFirst();
                }
            } else if (command instanceof Command.Witness(long member, long at, long said)) {
                points.stream().filter(p -> p.index == at).forEach(p -> p.stated.put(member, said));
            }
        }
    }

    /** Another state was put in place of this one: what was noted is not of it. */
    synchronized void forget() {
        points.clear();
    }

    /** What this member has to say and has not said. */
    synchronized List<Command> statements(long self) {
        List<Command> statements = new ArrayList<>();
        for (Point point : points) {
            if (!point.told) {
                point.told = true;
                statements.add(new Command.Witness(self, point.index, point.digest));
            }
        }
        return statements;
    }

    /**
     * Whether a majority has agreed on another state than this member's.
     *
     * @param members how many members there are
     * @return at which log entry; empty if none has
     */
    synchronized Optional<Long> divergence(int members) {
        return points.stream().filter(p -> differs(p, members)).map(p -> p.index).findFirst();
    }

    private static boolean differs(Point point, int members) {
        Map<Long, Integer> votes = new HashMap<>();
        point.stated.values().forEach(digest -> votes.merge(digest, 1, Integer::sum));
        return votes.entrySet().stream()
                .anyMatch(v -> v.getKey() != point.digest && v.getValue() > members / 2);
    }
}
