package dev.quilla.store.raft.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells all followers at once what is committed. Thread-safe. */
public final class CommitNews {

    private final Set<Appender> appenders = ConcurrentHashMap.newKeySet();

    /** Where nobody is told yet. */
    public CommitNews() {}

    /** Something more is committed. Does not wait; does nothing where this member does not lead. */
    public void spread() {
        appenders.forEach(Appender::tellCommit);
    }

    void add(Appender appender) {
        appenders.add(appender);
    }

    void remove(Appender appender) {
        appenders.remove(appender);
    }
}
