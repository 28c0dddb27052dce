package dev.quilla.server.local;

import dev.quilla.server.demo.Trees;
import dev.quilla.store.Member;
import dev.quilla.store.Members;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import dev.quilla.store.StoreException;
import dev.quilla.store.raft.RaftMembers;
import dev.quilla.store.raft.RaftStoreConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/** Adds and removes members of a store or a cluster of this machine, processes and all. */
final class LocalMembership {

    private static final Duration STOP = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ClusterDirectory directory;
    private final Site site;
    private final Processes processes;
    private final PrintStream out;

    LocalMembership(ClusterDirectory directory, Processes processes, PrintStream out) {
        this.directory = directory;
        this.site = Site.in(directory);
        this.processes = processes;
        this.out = out;
    }

    /**
     * A connection to the members that run.
     *
     * @throws StoreException if none does
     */
    Members connect() {
        return RaftMembers.connect(site.clusterId(), site.contacts(), site.tls());
    }

    /**
     * Makes a new member, starts it, and returns when it is one. Where that fails, nothing of it is
     * left.
     */
    void add(Optional<String> wanted, boolean learner, Duration timeout)
            throws IOException, InterruptedException {
        String name = wanted.orElseGet(() -> site.roll().next());
        Roll more = site.roll().with(name);
        if (Files.exists(directory.data(name))) {
            throw new LocalClusterException(
                    directory.data(name) + " is in the way of a new member: move it away");
        }
        try (Members members = connect()) {
            refuseKnown(members, name);
            Site grown = site.with(more);
            boolean joined = false;
            try {
                grown.start(name, processes);
                Member member = join(members, grown.peer(name), learner, timeout);
                joined = true;
                out.println(
                        "%s has joined%s, at %s; clients reach it at %s"
                                .formatted(
                                        name,
                                        learner ? " as a learner" : "",
                                        member.address(),
                                        member.clientAddress()));
            } finally {
                if (!joined) {
                    site.with(site.roll());
                    forget(name);
                }
            }
        }
    }

    /** The directory may not know what was done without it. */
    private static void refuseKnown(Members members, String name) {
        if (members.all().stream().anyMatch(m -> m.name().equals(name))) {
            throw new MembershipException(
                    Reason.EXISTS, "there is a member " + name + " already: remove that one first");
        }
    }

    /** It takes a moment until a process that was just started can be asked. */
    private Member join(
            Members members, RaftStoreConfig.Member peer, boolean learner, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                return members.add(peer.address(), learner, left);
            } catch (MembershipException e) {
                if (!processes.runs(peer.id())) {
                    throw new LocalClusterException(
                            peer.id() + " ended: " + processes.lastWords(peer.id()), e);
                }
                if (e.reason() != Reason.NOT_READY || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            Thread.sleep(LOOK);
        }
    }

    /** Takes a member out, ends its process, and removes its data. */
    void remove(String name) throws IOException {
        try (Members members = connect()) {
            boolean known = members.all().stream().anyMatch(m -> m.isCalled(name));
            // One that was removed by other means is still to be forgotten here.
            if (known || !site.roll().names().contains(name)) {
                String removed = members.remove(name).name();
                if (!site.roll().names().contains(removed)) {
                    out.println(removed + " is no member any more");
                    return;
                }
            }
        }
        site.with(site.roll().without(name));
        forget(name);
        out.println(name + " is no member any more; its process is stopped and its data removed");
    }

    private void forget(String name) throws IOException {
        LocalProcess process = directory.process(name);
        process.terminate();
        process.awaitEnd(STOP);
        Trees.delete(directory.data(name));
    }
}
