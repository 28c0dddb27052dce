package dev.quilla.e2e.robustness;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.e2e.Eventually;
import java.time.Duration;

/** The fault of bytes that change on disk. */
final class Rotten {

    private static final Duration START = Duration.ofSeconds(60);

    private Rotten() {}

    static void make(Fault.Scene scene) {
        Members members = scene.members();
        int member = scene.random().nextInt(Members.COUNT);
        members.stop(member);
        Disk.Rot rot = members.disk(member).rot(scene.random());
        long place = members.said(member);
        members.start(member);
        Eventually.within(
                START,
                "a member with a rotten byte serves or ends",
                () -> assertTrue(members.serves(member) || !members.runs(member)));
        if (!members.runs(member)) {
            String said = members.saidSince(member, place);
            assertTrue(
                    said.contains(members.disk(member).data().toString()),
                    () -> "does not start for " + rot + ", but says only: " + said);
            members.disk(member).mend(rot);
            members.start(member);
        }
    }
}
