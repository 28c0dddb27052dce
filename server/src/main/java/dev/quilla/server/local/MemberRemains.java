package dev.quilla.server.local;

import dev.quilla.store.raft.Remains;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;

/** Tells a person what a stopped member has. */
final class MemberRemains {

    private MemberRemains() {}

    static void print(PrintStream out, Remains remains) {
        out.println(
                "%s: term %d, index %d, revision %d, %d keys, digest %016x, last written %s%s"
                        .formatted(
                                remains.member(),
                                remains.term(),
                                remains.index(),
                                remains.revision(),
                                remains.entries(),
                                remains.digest(),
                                remains.lastWritten().truncatedTo(ChronoUnit.SECONDS),
                                remains.damage().isEmpty() ? "" : "; " + remains.damage()));
    }
}
