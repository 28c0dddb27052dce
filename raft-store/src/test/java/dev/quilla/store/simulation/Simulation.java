package dev.quilla.store.simulation;

import dev.quilla.store.Amounts;
import dev.quilla.store.Bytes;
import dev.quilla.store.Command;
import dev.quilla.store.Compare;
import dev.quilla.store.Key;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.Txn;
import dev.quilla.store.log.Bounds;
import dev.quilla.store.log.CommandLog;
import dev.quilla.store.log.Housekeeping;
import dev.quilla.store.mvcc.MvccState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Clients, watchers and faults over a simulated group, all from one seed. */
final class Simulation {

    private static final long LEASE_MILLIS = 1_500;
    private static final int LEASES = 4;
    private static final int WATCHES = 3;
    private static final long INTERVAL = Housekeeping.INTERVAL.toMillis();

    private final World world;
    private final Set<Mutant> mutants;
    private final Clocks clocks;
    private final Faults faults;
    private final Checks checks;
    private final SimulatedGroup group;
    private final long[] watches = new long[WATCHES];
    private final Map<LeaseId, Long> renewed = new HashMap<>();
    private long writes;

    Simulation(long seed, Set<Mutant> mutants) {
        this.world = World.of(seed);
        this.mutants = mutants;
        this.clocks = new Clocks(world);
        this.checks =
                new Checks(seed, mutants) {
                    @Override
                    void ended(Command.End end) {
                        checkEnd(end);
                    }
                };
        this.group =
                new SimulatedGroup(
                        world,
                        world.members(),
                        5 + world.below(30),
                        ChecksFollower::new,
                        checks,
                        mutants);
        this.faults = new Faults(world, group, clocks);
        world.after(0, this::elections);
        world.after(0, this::client);
        world.after(0, this::watchers);
        world.after(1_000, faults::next);
        for (SimulatedLog member : group.members()) {
            keepHouse(member, new Housekeeping(new Bounds(40, 4_000, 0, Optional.empty())));
        }
    }

    Checks checks() {
        return checks;
    }

    /** Runs into trouble for a while, then heals, and checks that nothing was lost. */
    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        faults.end();
        for (int i = 0; i < 20_000 && !isSettled(); i++) {
            step();
        }
        checks.check(isSettled(), "healed members did not come to agree: " + group);
        checks.fail();
    }

    private void step() {
        world.step();
        checks.fail();
    }

    private boolean isSettled() {
        return group.leader().isPresent()
                && group.members().stream()
                        .allMatch(m -> m.applied() >= checks.acknowledgedIndex());
    }

    private void elections() {
        boolean calm = group.leader().filter(this::reachesMajority).isPresent();
        if (!calm || world.chance(faults.areOver() ? 0 : 0.03)) {
            group.elect();
        }
        world.after(100 + world.below(100), this::elections);
    }

    private boolean reachesMajority(SimulatedLog leader) {
        long reached =
                group.members().stream()
                        .filter(SimulatedLog::isAlive)
                        .filter(m -> world.reaches(leader.number, m.number))
                        .count();
        return reached * 2 > world.members();
    }

    private void client() {
        SimulatedLog member = group.member(world.anyMember());
        if (world.chance(0.2)) {
            long atLeast = checks.acknowledgedRevision();
            member.barrier().thenRun(() -> checks.read(member.number, atLeast));
        } else {
            propose(member, command());
        }
        world.after(world.below(30), this::client);
    }

    private void propose(SimulatedLog member, Command command) {
        long asked = world.millis();
        member.propose(command)
                .thenAccept(outcome -> {
                    checks.acknowledged(command, outcome);
                    if (outcome instanceof Outcome.Committed) {
                        renewedBy(command)
                                .ifPresent(lease -> renewed.merge(lease, asked, Math::max));
                    }
                });
    }

    private static Optional<LeaseId> renewedBy(Command command) {
        return switch (command) {
            case Command.Grant grant -> Optional.of(grant.lease());
            case Command.Renew renew -> Optional.of(renew.lease());
            default -> Optional.empty();
        };
    }

    private Command command() {
        LeaseId lease = new LeaseId(1 + world.below(LEASES));
        return switch (world.below(14)) {
            case 7, 8 -> new Command.Renew(lease);
            case 0 -> new Command.Grant(lease, Duration.ofMillis(LEASE_MILLIS + writes++));
            case 1, 2 -> unique(new Op.Put(key(), value(), lease));
            case 3 -> unique(new Op.Delete(key()));
            case 4 ->
                    unique(
                            new Op.BoundedAdd(
                                    new Key("/counter"),
                                    Amounts.of(Map.of("n", 1L)),
                                    Amounts.of(Map.of("n", 20L))));
            case 5 -> fenced();
            case 6 ->
                    new Txn(
                            List.of(new Compare.Absent(key())),
                            List.of(new Op.Put(key(), value())),
                            OptionalLong.empty());
            default -> unique(new Op.Put(key(), value()));
        };
    }

    /** By somebody who may believe in a leadership that is long over. */
    private Command fenced() {
        long newest = group.members().stream().mapToLong(m -> m.disk.term).max().orElse(0);
        long believed = Math.max(1, newest - world.below(3));
        return new Txn(List.of(), List.of(new Op.Put(key(), value())), OptionalLong.of(believed));
    }

    /** Carries a value nobody else writes, so that it is known again in the log. */
    private Command unique(Op op) {
        return Txn.of(List.of(), List.of(op, new Op.Put(new Key("/mark"), value())));
    }

    private Key key() {
        return new Key(world.chance(0.5) ? "/a" + world.below(4) : "/b" + world.below(4));
    }

    private Bytes value() {
        return Bytes.wrap(Long.toString(writes++).getBytes(StandardCharsets.UTF_8));
    }

    private void watchers() {
        // The first is away for so long now and then that its events are compacted.
        int watch = world.chance(0.01) ? 0 : 1 + world.below(WATCHES - 1);
        SimulatedLog member = group.member(world.anyMember());
        if (member.isAlive()) {
            watches[watch] = checks.watch(member.number, watches[watch]);
        }
        world.after(1 + world.below(40), this::watchers);
    }

    /** Asks the leader's housekeeping; now and then it comes late, as after a stall. */
    private void keepHouse(SimulatedLog member, Housekeeping housekeeping) {
        long late = world.chance(0.02) ? world.below(5_000) : 0;
        world.after(
                INTERVAL + late,
                () -> {
                    if (member.leads()) {
                        look(member, housekeeping, late).forEach(member::propose);
                    }
                    keepHouse(member, housekeeping);
                });
    }

    private List<Command> look(SimulatedLog member, Housekeeping housekeeping, long late) {
        MvccState state = checks.state(member.number);
        OptionalLong term = OptionalLong.of(member.disk.term);
        if (mutants.contains(Mutant.TRUSTS_A_STALLED_CLOCK)) {
            // As if it had looked all the time, and seen then what it sees now.
            for (long ago = late; ago > 0; ago -= INTERVAL) {
                housekeeping.look(state, term, clocks.nanos(member.number, ago));
            }
        }
        return housekeeping.look(state, term, clocks.nanos(member.number, 0));
    }

    /** Whatever was acknowledged before this moment comes before this entry in the log. */
    private void checkEnd(Command.End end) {
        long since = world.millis() - renewed.getOrDefault(end.lease(), 0L);
        checks.check(since >= LEASE_MILLIS, "a lease ended " + since + " ms after a renewal");
    }

    /** Applies by way of the checks. */
    private final class ChecksFollower implements CommandLog.Follower {
        private final int member;

        ChecksFollower(int member) {
            this.member = member;
            checks.starts(member);
        }

        @Override
        public List<Outcome> apply(long index, long term, List<Command> commands) {
            return checks.apply(member, index, term, commands);
        }

        @Override
        public MvccState save() {
            return checks.state(member);
        }

        @Override
        public void load(MvccState state) {
            checks.loads(member, state);
        }

        @Override
        public void leads(long term) {}

        @Override
        public void follows() {}

        @Override
        public void leaderIs(String memberId) {}
    }
}
