package dev.quilla.e2e.robustness;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What is done to the members while clients work; each ends as it began, with all of them up. */
enum Fault {

    /** The leader's process dies and comes back. */
    LEADER_DIES(scene -> {
        scene.members().kill(scene.leader());
        scene.hold();
        scene.members().start(scene.leader());
    }),

    /** Another one's does. */
    FOLLOWER_DIES(scene -> {
        scene.members().kill(scene.follower());
        scene.hold();
        scene.members().start(scene.follower());
    }),

    /** All die at once. */
    ALL_DIE(scene -> {
        IntStream.range(0, Members.COUNT).parallel().forEach(scene.members()::kill);
        IntStream.range(0, Members.COUNT).forEach(scene.members()::start);
    }),

    /** The leader stands still, the others elect, it goes on. */
    LEADER_STANDS_STILL(scene -> {
        scene.members().pause(scene.leader());
        scene.hold();
        scene.members().resume(scene.leader());
    }),

    /** The leader is asked to end, as for an update. */
    LEADER_IS_REPLACED(scene -> {
        scene.members().stop(scene.leader());
        scene.members().start(scene.leader());
    }),

    /** The leader hears nothing of the others, nor they of it, but clients go on asking it. */
    LEADER_IS_CUT_OFF(scene -> {
        scene.network().cutOff(scene.leader());
        scene.hold();
        scene.network().heal();
    }),

    /** The others hear nothing of the leader, which hears them. */
    LEADER_IS_MUTE(scene -> {
        scene.network().mute(scene.leader());
        scene.hold();
        scene.network().heal();
    }),

    /** Some packets between members do not arrive. */
    PACKETS_ARE_LOST(scene -> {
        scene.network().weather(Weather.lossy(0.02 + scene.random().nextDouble(0.2)));
        scene.hold();
        scene.network().heal();
    }),

    /** Packets between members are late, and overtake each other. */
    NETWORK_IS_SLOW(scene -> {
        scene.network().weather(Weather.slow(scene.random().nextInt(5, 120)));
        scene.hold();
        scene.network().heal();
    }),

    /** The wall clock of the leader, if it can be made to lead, goes forth and back. */
    CLOCK_JUMPS(scene -> {
        scene.members().lead(scene.leader(), Members.WITH_CLOCK);
        scene.members().clock().set(Duration.ofSeconds(scene.random().nextInt(5, 4_000)));
        scene.hold();
        // No more than certificates bear that have just been issued.
        scene.members().clock().set(Duration.ofSeconds(-scene.random().nextInt(5, 240)));
        scene.hold();
        scene.members().clock().set(Duration.ZERO);
    }),

    /** The leader's disk is full up to the last byte; if that ends it, it comes back. */
    DISK_IS_FULL(scene -> {
        scene.disk().fill();
        scene.hold();
        scene.disk().empty();
        if (!scene.members().runs(scene.leader())) {
            scene.members().start(scene.leader());
        }
    }),

    /** The leader's disk answers nothing for a while. */
    DISK_STANDS_STILL(scene -> {
        scene.disk().freeze();
        scene.hold();
        scene.disk().thaw();
    }),

    /**
     * A bit on a member's disk changes while it does not run. Then it says where its damaged data
     * is and does not start, or it does without the bit.
     */
    BYTES_ROT(Rotten::make);

    private interface Making {
        void make(Scene scene) throws InterruptedException;
    }

    /**
     * Where a fault is made.
     *
     * @param leader who led just before, and with that probably does
     * @param length how long it lasts, if it lasts
     */
    record Scene(Members members, int leader, Duration length, SplittableRandom random) {

        int follower() {
            return (leader + 1) % Members.COUNT;
        }

        PeerNetwork network() {
            return members.network();
        }

        Disk disk() {
            return members.disk(leader);
        }

        void hold() throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(length.toNanos());
        }
    }

    private final Making making;

    Fault(Making making) {
        this.making = making;
    }

    /** Makes it, and ends it. */
    void make(Scene scene) throws InterruptedException {
        making.make(scene);
    }
}
