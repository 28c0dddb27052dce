package dev.quilla.server.local;

import dev.quilla.store.raft.RaftStoreConfig;
import dev.quilla.store.raft.Recovery;
import dev.quilla.store.raft.Remains;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Makes a member of any machine go on alone, by the file that it runs with. */
final class MemberRecovery {

    private final RaftStoreConfig config;
    private final PrintStream out;

    MemberRecovery(RaftStoreConfig config, PrintStream out) {
        this.config = config;
        this.out = out;
    }

    /**
     * Goes on with it.
     *
     * @param others data of other members, which must not have more
     * @param force also where they do, or other members answer
     */
    void run(List<Path> others, boolean force) {
        try (Recovery recovery = Recovery.open(config.dataDir())) {
            Remains remains = recovery.remains();
            MemberRemains.print(out, remains);
            for (Path other : others) {
                refuseLoss(remains, other, force);
            }
            List<String> answering = recovery.answering(config.tls());
            if (!answering.isEmpty() && !force) {
                throw new LocalClusterException(
                        String.join(", ", answering)
                                + " of the same store runs: stop it first, or if a majority runs, let"
                                + " this one join again; --force goes on alone all the same");
            }
            LocalRecovery.refuseDamage(remains, force);
            recovery.goOnAlone(config.self());
            out.println(
                    remains.member()
                            + " has everything now, in a log of its own; start it as before, then"
                            + " let others join with quilla member add");
        }
    }

    private void refuseLoss(Remains remains, Path other, boolean force) {
        try (Recovery its = Recovery.open(other)) {
            MemberRemains.print(out, its.remains());
            if (remains.isBehind(its.remains()) && !force) {
                throw new LocalClusterException(
                        "%s in %s has more than %s: recover that one, or lose what it has with --force"
                                .formatted(its.remains().member(), other, remains.member()));
            }
        }
    }
}
