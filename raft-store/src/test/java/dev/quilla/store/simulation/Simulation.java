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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Clients, watchers and faults over a simulated group, all from one seed. */
final class Simulation {

    private static final long LEASE_MILLIS = 1_500;
    private static final int WATCHES = 3;

    private final World world;
    private final Checks checks;
    private final SimulatedGroup group;
    private final long[] watches = new long[WATCHES];
    private final Map<LeaseId, Long> renewed = new HashMap<>();
    private long writes;
    private boolean healed;

    Simulation(long seed, Set<Mutant> mutants) {
        this.world = new World(seed, 3);
        this.checks = new Checks(seed, mutants);
        this.group =
                new SimulatedGroup(
                        world, 3, 5 + world.below(30), ChecksFollower::new, checks, mutants);
        world.after(0, this::elections);
        world.after(0, this::client);
        world.after(0, this::watchers);
        world.after(1_000, this::faults);
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
        world.heal();
        group.members().stream().filter(m -> !m.isAlive()).forEach(SimulatedLog::restart);
        healed = true;
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
        if (!calm || world.chance(healed ? 0 : 0.03)) {
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
        return reached >= 2;
    }

    private void client() {
        SimulatedLog member = group.member(world.below(3));
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
                    if (command instanceof Command.Renew(LeaseId lease)
                            && outcome instanceof Outcome.Committed) {
                        renewed.merge(lease, asked, Math::max);
                    }
                });
    }

    private Command command() {
        LeaseId lease = new LeaseId(1 + world.below(2));
        return switch (world.below(12)) {
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
        int watch = world.below(WATCHES);
        SimulatedLog member = group.member(world.below(3));
        if (member.isAlive()) {
            watches[watch] = checks.watch(member.number, watches[watch]);
        }
        world.after(1 + world.below(40), this::watchers);
    }

    /** Asks the leader's housekeeping; now and then it comes late, as after a stall. */
    private void keepHouse(SimulatedLog member, Housekeeping housekeeping) {
        long late = world.chance(0.02) ? world.below(5_000) : 0;
        world.after(
                Housekeeping.INTERVAL.toMillis() + late,
                () -> {
                    if (member.leads()) {
                        MvccState state = checks.state(member.number);
                        long now = Duration.ofMillis(world.millis()).toNanos();
                        for (Command command :
                                housekeeping.look(state, OptionalLong.of(member.disk.term), now)) {
                            member.propose(command).thenAccept(o -> checkEnd(command, o));
                        }
                    }
                    keepHouse(member, housekeeping);
                });
        LeaseId lease = new LeaseId(1 + world.below(2));
        propose(group.member(world.below(3)), new Command.Renew(lease));
    }

    private void checkEnd(Command command, Outcome outcome) {
        if (command instanceof Command.End end && outcome instanceof Outcome.Committed) {
            long since = world.millis() - renewed.getOrDefault(end.lease(), 0L);
            checks.check(since >= LEASE_MILLIS, "a lease ended " + since + " ms after a renewal");
        }
    }

    private void faults() {
        if (healed) {
            return;
        }
        List<SimulatedLog> dead =
                new ArrayList<>(group.members().stream().filter(m -> !m.isAlive()).toList());
        switch (world.below(8)) {
            case 0 -> world.part();
            case 4, 5 -> group.leader().ifPresent(leader -> world.isolate(leader.number));
            case 1 -> world.lose(world.below(40) / 100.0);
            case 2 -> group.member(world.below(3)).crash();
            case 3 -> group.members().forEach(SimulatedLog::crash);
            default -> {
                world.heal();
                dead.forEach(SimulatedLog::restart);
            }
        }
        world.after(50 + world.below(800), this::faults);
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
