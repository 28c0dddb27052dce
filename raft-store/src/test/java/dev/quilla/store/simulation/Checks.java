package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Outcome;
import dev.quilla.store.Watch;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.StateCell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a store promises, checked as the simulation goes. */
class Checks implements SimulatedGroup.Checks {

    static final KeyRange WATCHED = KeyRange.prefix("/a");

    /** What became of an index, wherever it was applied first. */
    private record Applied(long term, List<Command> commands, long revision, long digest) {}

    private final long seed;
    private final Set<Mutant> mutants;
    private final Mutation mutation;
    private final Twin twin = new Twin();
    private final Map<Long, Applied> log = new HashMap<>();
    private final TreeMap<Long, List<Event>> history = new TreeMap<>();
    private final Map<Command, Long> indexOf = new HashMap<>();
    private final Map<Integer, MvccState> states = new HashMap<>();
    private String broken = "";
    private long acknowledgedIndex;
    private long acknowledgedRevision;
    private long acknowledgements;

    Checks(long seed, Set<Mutant> mutants) {
        this.seed = seed;
        this.mutants = mutants;
        this.mutation = new Mutation(mutants);
    }

    /** Remembers what does not hold: a future that a check is part of would swallow an error. */
    @Override
    public void check(boolean holds, String claim) {
        if (!holds && broken.isEmpty()) {
            broken = claim + "; run again with -Dsimulation.seed=" + seed;
        }
    }

    /** Fails if anything did not hold so far. */
    void fail() {
        if (!broken.isEmpty()) {
            throw new AssertionError(broken);
        }
    }

    MvccState state(int member) {
        return states.getOrDefault(member, MvccState.empty());
    }

    void starts(int member) {
        states.put(member, MvccState.empty());
    }

    void loads(int member, MvccState state) {
        states.put(member, state);
    }

    @Override
    public void loaded(int member, long index) {
        Applied known = log.get(index);
        check(known != null, "a snapshot of an entry that nobody applied");
        check(
                known != null && state(member).digest() == known.digest(),
                "a snapshot differs from the state that was saved");
    }

    @Override
    public void elected(SimulatedLog leader) {
        check(
                leader.disk.last() >= acknowledgedIndex,
                "a leader lacks entry " + acknowledgedIndex + ", which was acknowledged");
    }

    List<Outcome> apply(int member, long index, long term, List<Command> commands) {
        boolean isFirst = !log.containsKey(index);
        List<Outcome> outcomes = new ArrayList<>();
        for (Command command : commands) {
            MvccState before = state(member);
            MvccState.Applied applied = mutation.apply(member, before, index, term, command);
            states.put(member, applied.state());
            outcomes.add(applied.outcome());
            if (isFirst) {
                checkStep(before, applied, twin.apply(index, term, command), command);
                indexOf.put(command, index);
            }
        }
        MvccState state = state(member);
        Applied mine = new Applied(term, commands, state.revision(), state.digest());
        Applied first = log.putIfAbsent(index, mine);
        check(first == null || first.equals(mine), "members differ at index " + index);
        return outcomes;
    }

    private void checkStep(
            MvccState before, MvccState.Applied applied, Outcome right, Command command) {
        MvccState after = applied.state();
        long step = after.revision() - before.revision();
        check(step == 0 || step == 1, "revisions have a gap of " + step);
        check(
                applied.outcome().equals(right),
                command + " came to " + applied.outcome() + " and not to " + right);
        check(twin.isAs(after), "the state is not what the commands come to, after " + command);
        if (command instanceof Command.End end && applied.outcome() instanceof Outcome.Committed) {
            ended(end);
        }
        if (step == 1) {
            List<Event> events =
                    after.eventsAfter(before.revision(), KeyRange.prefix("/")).events();
            history.putIfAbsent(after.revision(), events);
        }
    }

    /** A lease ends, for all members by this moment's entry. */
    void ended(Command.End end) {}

    void acknowledged(Command command, Outcome outcome) {
        Long index = indexOf.get(command);
        check(index != null, "acknowledged, but nowhere applied");
        acknowledgements++;
        acknowledgedIndex = Math.max(acknowledgedIndex, index == null ? 0 : index);
        if (outcome instanceof Outcome.Committed(long revision)) {
            acknowledgedRevision = Math.max(acknowledgedRevision, revision);
        }
    }

    long acknowledgedRevision() {
        return acknowledgedRevision;
    }

    long acknowledgedIndex() {
        return acknowledgedIndex;
    }

    long acknowledgements() {
        return acknowledgements;
    }

    void read(int member, long atLeast) {
        check(
                state(member).revision() >= atLeast,
                "a linearizable read saw revision "
                        + state(member).revision()
                        + " after "
                        + atLeast
                        + " had been acknowledged");
    }

    /** One look of a watch that begins anew at a member; answers where the watch stands then. */
    long watch(int member, long position) {
        MvccState state = state(member);
        try (Watch watch = new StateCell(state).watch(WATCHED, from(state, position))) {
            Events events = watch.next(Duration.ZERO);
            check(events.revision() >= position, "a watch went back");
            check(
                    events.events().equals(expected(position, events.revision())),
                    "a watch missed or repeated something between "
                            + position
                            + " and "
                            + events.revision());
            return events.revision();
        } catch (CompactedException e) {
            check(position < state.base(), "history was refused that is kept");
            return state.revision();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing waits here", e);
        }
    }

    private long from(MvccState state, long position) {
        if (mutants.contains(Mutant.WATCHES_AHEAD)) {
            return position + 1;
        }
        if (mutants.contains(Mutant.WATCHES_BEHIND)) {
            return Math.max(state.base(), position - 1);
        }
        return mutants.contains(Mutant.WATCHES_PAST_COMPACTION)
                ? Math.max(state.base(), position)
                : position;
    }

    private List<Event> expected(long after, long upTo) {
        return history.subMap(after + 1, upTo + 1).values().stream()
                .flatMap(List::stream)
                .filter(e -> WATCHED.contains(e.key()))
                .toList();
    }
}
