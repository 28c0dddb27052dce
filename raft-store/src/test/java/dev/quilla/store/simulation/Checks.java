package dev.quilla.store.simulation;

import dev.quilla.store.Command;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Outcome;
import dev.quilla.store.Txn;
import dev.quilla.store.mvcc.MvccState;
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
        MvccState state = state(member);
        List<Outcome> outcomes = new ArrayList<>();
        for (Command command : commands) {
            MvccState before = state;
            long pretended = mutants.contains(Mutant.IGNORES_FENCES) ? fence(command, term) : term;
            MvccState.Applied applied = state.apply(index, pretended, command);
            state = applied.state();
            outcomes.add(applied.outcome());
            checkStep(before, state, term, command, applied.outcome());
            indexOf.put(command, index);
        }
        states.put(member, state);
        Applied mine = new Applied(term, commands, state.revision(), state.digest());
        Applied first = log.putIfAbsent(index, mine);
        check(first == null || first.equals(mine), "members differ at index " + index);
        return outcomes;
    }

    private static long fence(Command command, long term) {
        return command instanceof Txn txn ? txn.fenceTerm().orElse(term) : term;
    }

    private void checkStep(
            MvccState before, MvccState after, long term, Command command, Outcome outcome) {
        long step = after.revision() - before.revision();
        check(step == 0 || step == 1, "revisions have a gap of " + step);
        check(
                fence(command, term) == term || outcome instanceof Outcome.Fenced,
                "a fenced write was applied");
        if (step == 1) {
            List<Event> events =
                    after.eventsAfter(before.revision(), KeyRange.prefix("/")).events();
            history.putIfAbsent(after.revision(), events);
        }
    }

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

    /** One look of a watch at a member; answers where the watch stands then. */
    long watch(int member, long position) {
        MvccState state = state(member);
        try {
            Events events = state.eventsAfter(position, WATCHED);
            check(events.revision() >= position, "a watch went back");
            long reached =
                    mutants.contains(Mutant.WATCHES_AHEAD)
                            ? events.revision() + 1
                            : events.revision();
            check(
                    events.events().equals(expected(position, reached)),
                    "a watch missed or repeated something between " + position + " and " + reached);
            return reached;
        } catch (CompactedException e) {
            check(position < state.base(), "history was refused that is kept");
            return state.revision();
        }
    }

    private List<Event> expected(long after, long upTo) {
        return history.subMap(after + 1, upTo + 1).values().stream()
                .flatMap(List::stream)
                .filter(e -> WATCHED.contains(e.key()))
                .toList();
    }
}
