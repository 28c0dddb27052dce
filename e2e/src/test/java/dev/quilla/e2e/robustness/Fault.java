package dev.quilla.e2e.robustness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What is done to the members while clients work; each ends as it began, with all of them up. */
enum Fault {

    /** The leader's process dies and comes back. */
    LEADER_DIES {
        @Override
        void make(Members members, int leader, Duration length) throws InterruptedException {
            members.kill(leader);
            hold(length);
            members.start(leader);
        }
    },

    /** Another one's does. */
    FOLLOWER_DIES {
        @Override
        void make(Members members, int leader, Duration length) throws InterruptedException {
            LEADER_DIES.make(members, (leader + 1) % Members.COUNT, length);
        }
    },

    /** All die at once. */
    ALL_DIE {
        @Override
        void make(Members members, int leader, Duration length) {
            IntStream.range(0, Members.COUNT).parallel().forEach(members::kill);
            IntStream.range(0, Members.COUNT).forEach(members::start);
        }
    },

    /** The leader stands still, the others elect, it goes on. */
    LEADER_STANDS_STILL {
        @Override
        void make(Members members, int leader, Duration length) throws InterruptedException {
            members.pause(leader);
            hold(length);
            members.resume(leader);
        }
    },

    /** The leader hears nothing of the others, but clients go on asking it. */
    LEADER_IS_CUT_OFF {
        @Override
        void make(Members members, int leader, Duration length) throws InterruptedException {
            members.cutOff(leader);
            hold(length);
            members.rejoin(leader);
        }
    },

    /** The leader is asked to end, as for an update. */
    LEADER_IS_REPLACED {
        @Override
        void make(Members members, int leader, Duration length) {
            members.stop(leader);
            members.start(leader);
        }
    };

    /** Makes it, and ends it. */
    abstract void make(Members members, int leader, Duration length) throws InterruptedException;

    private static void hold(Duration length) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
    }
}
