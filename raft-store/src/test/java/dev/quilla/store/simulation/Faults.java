package dev.quilla.store.simulation;

import java.util.List;

/** Everything that goes wrong, one thing after the other, until it is ended. */
final class Faults {

    private static final int KINDS = 18;

    private final World world;
    private final SimulatedGroup group;
    private final Clocks clocks;
    private boolean over;

    Faults(World world, SimulatedGroup group, Clocks clocks) {
        this.world = world;
        this.group = group;
        this.clocks = clocks;
    }

    boolean areOver() {
        return over;
    }

    /** Makes the next one, or heals what there is, and then goes on by itself. */
    void next() {
        if (over) {
            return;
        }
        switch (world.below(KINDS)) {
            case 0 -> world.part();
            case 1, 2, 3 -> group.leader().ifPresent(leader -> world.isolate(leader.number));
            case 4 -> group.leader().ifPresent(leader -> world.mute(leader.number));
            case 5 -> world.lose(world.below(40) / 100.0);
            case 6 -> world.slowDown(10 + world.below(300));
            case 7 -> anyMember().crash();
            case 8 -> group.members().forEach(SimulatedLog::crash);
            case 9 -> anyMember().disk.slowMillis = world.below(2_000);
            case 10 -> anyMember().disk.fails = true;
            case 11 -> dead().forEach(member -> member.disk.rot(world));
            // Shorter leaps than a stall no clock makes that counts time asleep.
            case 12 -> clocks.leap(anyMember().number, 1_000 + world.below(9_000));
            default -> heal();
        }
        world.after(50 + world.below(800), this::next);
    }

    private SimulatedLog anyMember() {
        return group.member(world.anyMember());
    }

    private List<SimulatedLog> dead() {
        return group.members().stream().filter(m -> !m.isAlive()).toList();
    }

    private void heal() {
        world.heal();
        group.members().forEach(m -> m.disk.slowMillis = 0);
        dead().forEach(SimulatedLog::restart);
    }

    /** Lets nothing go wrong any more, and everybody come back. */
    void end() {
        over = true;
        group.members().forEach(m -> m.disk.fails = false);
        heal();
        // Those whose disks were damaged are started again when that is mended.
        dead().forEach(SimulatedLog::restart);
    }
}
