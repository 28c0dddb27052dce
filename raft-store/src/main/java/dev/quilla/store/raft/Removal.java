package dev.quilla.store.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a member that the others have removed, once, and for good. Thread-safe. */
final class Removal {

    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

    private final Path dataDir;
    private final Consumer<String> onFatal;
    private final AtomicBoolean done = new AtomicBoolean();

    Removal(Path dataDir, Consumer<String> onFatal) {
        this.dataDir = dataDir;
        this.onFatal = onFatal;
    }

    /** The others have said that this member is none of them. */
    void happened() {
        if (!done.compareAndSet(false, true)) {
            return;
        }
        try {
            Identity.markRemoved(dataDir);
        } catch (IOException e) {
            // Then the others tell it again when it starts again.
            LOG.warn("can't note in {} that this member was removed", dataDir, e);
        }
        onFatal.accept(
                "this member was removed from the cluster: to let it join again, delete "
                        + dataDir
                        + " and use quilla member add");
    }
}
