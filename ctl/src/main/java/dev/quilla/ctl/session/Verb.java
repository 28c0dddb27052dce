package dev.quilla.ctl.session;

import dev.quilla.ctl.cluster.Cluster;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;

/** A verb of the command line. The result is the exit code. */
public abstract class Verb implements Callable<Integer> {

    private final Session session;

    /** A verb of a run. */
    protected Verb(Session session) {
        this.session = session;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        return run();
    }

    /** Does it; answers the exit code. */
    protected abstract int run() throws IOException, InterruptedException;

    /** The run. */
    protected final Session session() {
        return session;
    }

    /** The cluster. */
    protected final Cluster cluster() throws IOException {
        return session.cluster();
    }

    /** Where results go. */
    protected final PrintStream out() {
        return session.console().out();
    }

    /** Where progress and complaints go. */
    protected final PrintStream err() {
        return session.console().err();
    }
}
