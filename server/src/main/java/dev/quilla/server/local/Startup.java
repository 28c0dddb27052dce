package dev.quilla.server.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Starts those processes of a cluster or a store that do not run, and waits for all to be ready.
 * For one run, in one thread.
 */
final class Startup {

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Processes processes;
    private final List<Member> members;
    private final Path logs;
    private final PrintStream out;
    private final Set<String> started = new LinkedHashSet<>();

    /** A process that is to run, and how it is started. */
    record Member(String name, Start start) {}

    /** Writes what a process needs, and starts it. */
    interface Start {
        void run() throws IOException, InterruptedException;
    }

    /**
     * A start of these processes.
     *
     * @param logs named where waiting was in vain
     */
    Startup(Processes processes, List<Member> members, Path logs, PrintStream out) {
        this.processes = processes;
        this.members = List.copyOf(members);
        this.logs = logs;
        this.out = out;
    }

    /**
     * Starts what is missing, and returns when all is ready. A process that still ran when it was
     * looked at first and then ends, as one that was just killed does, is started once it has
     * ended; one that ends after it was started here is a failure.
     *
     * @param missing what is not ready yet; empty when all is
     * @throws LocalClusterException if what was started ends, or the time is over
     */
    void run(Supplier<Optional<String>> missing, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        startMissing();
        if (started.isEmpty()) {
            out.println("everything runs already");
        }
        for (var what = missing.get(); what.isPresent(); what = missing.get()) {
            refuseEnds();
            startMissing();
            if (System.nanoTime() > deadline) {
                throw new LocalClusterException(
                        "not ready after %d s: %s (logs: %s)"
                                .formatted(timeout.toSeconds(), what.get(), logs));
            }
            Thread.sleep(LOOK);
        }
    }

    private void startMissing() throws IOException, InterruptedException {
        List<String> now = new ArrayList<>();
        for (Member member : members) {
            if (!started.contains(member.name()) && !processes.runs(member.name())) {
                member.start().run();
                started.add(member.name());
                now.add(member.name());
            }
        }
        if (!now.isEmpty()) {
            out.println("started " + String.join(", ", now));
        }
    }

    private void refuseEnds() {
        for (String name : started) {
            if (!processes.runs(name)) {
                throw new LocalClusterException(name + " ended: " + processes.lastWords(name));
            }
        }
    }
}
