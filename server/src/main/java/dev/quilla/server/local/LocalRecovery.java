package dev.quilla.server.local;

import dev.quilla.server.demo.Trees;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.Members;
import dev.quilla.store.UnavailableException;
import dev.quilla.store.raft.RaftMembers;
import dev.quilla.store.raft.Recovery;
import dev.quilla.store.raft.Remains;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes one member of a store or a cluster of this machine go on alone. */
final class LocalRecovery {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ClusterDirectory directory;
    private final Site site;
    private final Processes processes;
    private final PrintStream out;

    LocalRecovery(ClusterDirectory directory, Processes processes, PrintStream out) {
        this.directory = directory;
        this.site = Site.in(directory);
        this.processes = processes;
        this.out = out;
    }

    /**
     * Goes on with one member, and puts what is left of the others aside.
     *
     * @param wanted which; without it, the one that has the most
     * @param force also where others have more, or most members are there
     */
    void run(Optional<String> wanted, boolean force) throws IOException, InterruptedException {
        refuseRunning();
        List<Recovery> found = open();
        try {
            Recovery chosen = choose(found, wanted);
            Remains remains = chosen.remains();
            found.forEach(r -> print(r.remains()));
            if (!force) {
                refuseLoss(found, remains);
                refuseMajority(found);
            }
            refuseDamage(remains, force);
            chosen.goOnAlone(site.peer(remains.member()));
            Roll alone = site.roll();
            for (String name : site.roll().names()) {
                if (!name.equals(remains.member())) {
                    alone = alone.without(name);
                }
            }
            Site after = site.with(alone);
            found.forEach(Recovery::close);
            putAside(remains.member());
            after.start(remains.member(), processes);
            awaitLeader(after, remains.member());
            out.println(
                    remains.member()
                            + " goes on alone, in a log of its own: let others join with quilla"
                            + " member add");
        } finally {
            found.forEach(Recovery::close);
        }
    }

    private void awaitLeader(Site after, String name) throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!leads(after)) {
            if (!processes.runs(name) || System.nanoTime() > deadline) {
                throw new LocalClusterException(
                        name + " does not serve: " + processes.lastWords(name));
            }
            Thread.sleep(LOOK);
        }
    }

    private static boolean leads(Site after) {
        try (Members members =
                RaftMembers.connect(after.clusterId(), after.contacts(), after.tls())) {
            return members.look().stream().anyMatch(MemberStatus::leads);
        } catch (UnavailableException e) {
            return false; // It is just starting.
        }
    }

    private void refuseRunning() {
        for (String name : site.roll().names()) {
            if (processes.runs(name)) {
                throw new LocalClusterException(
                        name
                                + " runs: stop all members first; a majority that runs needs no"
                                + " recovery");
            }
        }
    }

    /** What can be read of the members. */
    private List<Recovery> open() {
        List<Recovery> found = new ArrayList<>();
        for (String name : site.roll().names()) {
            Path log = Site.log(directory, name);
            if (Files.exists(log)) {
                found.add(Recovery.open(log));
            }
        }
        if (found.isEmpty()) {
            throw new LocalClusterException("there is no member's data in " + directory.root());
        }
        return found;
    }

    private static Recovery choose(List<Recovery> found, Optional<String> wanted) {
        return found.stream()
                .filter(r -> wanted.isEmpty() || wanted.get().equals(r.remains().member()))
                .reduce((a, b) -> a.remains().isBehind(b.remains()) ? b : a)
                .orElseThrow(() ->
                        new LocalClusterException(
                                "there is no data of a member '" + wanted.orElse("") + "'"));
    }

    private void print(Remains remains) {
        MemberRemains.print(out, remains);
    }

    private static void refuseLoss(List<Recovery> found, Remains chosen) {
        for (Recovery other : found) {
            Remains its = other.remains();
            if (chosen.isBehind(its)) {
                throw new LocalClusterException(
                        "%s has more than %s: recover that one, or lose what it has with --force"
                                .formatted(its.member(), chosen.member()));
            }
        }
    }

    private void refuseMajority(List<Recovery> found) {
        if (found.size() > site.roll().names().size() / 2) {
            throw new LocalClusterException(
                    "%d of %d members are there, which is a majority: start them instead; --force makes one of them the only one"
                            .formatted(found.size(), site.roll().names().size()));
        }
    }

    static void refuseDamage(Remains remains, boolean force) {
        if (!remains.damage().isEmpty() && !force) {
            throw new LocalClusterException(
                    remains.damage() + "; --force goes on with what can be read");
        }
    }

    private void putAside(String kept) throws IOException {
        for (String name : site.roll().names()) {
            Path data = directory.data(name);
            if (!name.equals(kept) && Files.exists(data)) {
                Path aside = directory.lost(name);
                Trees.delete(aside);
                Files.createDirectories(aside.getParent());
                Files.move(data, aside);
                out.println("what was left of " + name + " is in " + aside);
            }
        }
    }
}
