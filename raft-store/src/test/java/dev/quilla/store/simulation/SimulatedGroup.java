package dev.quilla.store.simulation;

import dev.quilla.store.log.CommandLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** The members of a simulated log, and who of them is elected. */
final class SimulatedGroup {

    /** Is told what must hold. */
    interface Checks {
        void check(boolean holds, String claim);

        void loaded(int member, long index);

        void elected(SimulatedLog leader);
    }

    private final World world;
    private final IntFunction<CommandLog.Follower> followers;
    private final Checks checks;
    private final Set<Mutant> mutants;
    private final int snapshotEvery;
    private final List<SimulatedLog> members = new ArrayList<>();

    SimulatedGroup(
            World world,
            int size,
            int snapshotEvery,
            IntFunction<CommandLog.Follower> followers,
            Checks checks,
            Set<Mutant> mutants) {
        this.world = world;
        this.snapshotEvery = snapshotEvery;
        this.followers = followers;
        this.checks = checks;
        this.mutants = mutants;
        for (int i = 0; i < size; i++) {
            members.add(new SimulatedLog(this, world, i, size));
        }
    }

    SimulatedLog member(int number) {
        return members.get(number);
    }

    List<SimulatedLog> members() {
        return members;
    }

    Optional<SimulatedLog> leader() {
        return members.stream()
                .filter(SimulatedLog::leads)
                .max(java.util.Comparator.comparingLong(m -> m.disk.term));
    }

    CommandLog.Follower newFollower(int number) {
        return followers.apply(number);
    }

    boolean has(Mutant mutant) {
        return mutants.contains(mutant);
    }

    int snapshotEvery() {
        return snapshotEvery;
    }

    void check(boolean holds, String claim) {
        checks.check(holds, claim);
    }

    void loaded(int member, long index) {
        checks.loaded(member, index);
    }

    /** A random member stands; whoever it reaches and whose log is not ahead of its own votes. */
    void elect() {
        SimulatedLog candidate = members.get(world.below(members.size()));
        if (!candidate.isAlive()) {
            return;
        }
        List<SimulatedLog> voters =
                members.stream()
                        .filter(SimulatedLog::isAlive)
                        .filter(m -> world.reaches(candidate.number, m.number))
                        .filter(m ->
                                has(Mutant.ELECTS_WHOEVER_ASKS) || candidate.disk.isAtLeast(m.disk))
                        .toList();
        if (voters.size() * 2 <= members.size()) {
            return;
        }
        long term = members.stream().mapToLong(m -> m.disk.term).max().orElse(0) + 1;
        voters.forEach(m -> m.adopt(term));
        checks.elected(candidate);
        candidate.lead();
    }

    @Override
    public String toString() {
        return members.toString();
    }
}
