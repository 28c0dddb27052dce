package dev.quilla.store.log;

import dev.quilla.store.Leadership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What the log says of leadership, told to listeners in order by a thread of its own. */
final class ObservedLeadership implements Leadership, AutoCloseable {

    private final ExecutorService teller =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("leadership").factory());
    private final List<Listener> listeners = new ArrayList<>();
    private OptionalLong term = OptionalLong.empty();
    private Optional<String> leader = Optional.empty();

    synchronized void leads(long newTerm) {
        if (term.isPresent() && term.getAsLong() == newTerm) {
            return;
        }
        term = OptionalLong.of(newTerm);
        List.copyOf(listeners).forEach(l -> teller.execute(() -> l.leads(newTerm)));
    }

    synchronized void follows() {
        if (term.isEmpty()) {
            return;
        }
        term = OptionalLong.empty();
        List.copyOf(listeners).forEach(l -> teller.execute(l::follows));
    }

    synchronized void leaderIs(String id) {
        leader = id.isEmpty() ? Optional.empty() : Optional.of(id);
    }

    @Override
    public synchronized OptionalLong term() {
        return term;
    }

    @Override
    public synchronized Optional<String> leader() {
        return leader;
    }

    @Override
    public synchronized AutoCloseable observe(Listener listener) {
        listeners.add(listener);
        if (term.isPresent()) {
            long now = term.getAsLong();
            teller.execute(() -> listener.leads(now));
        }
        return () -> {
            synchronized (this) {
                listeners.remove(listener);
            }
        };
    }

    @Override
    public void close() {
        follows();
        teller.close();
    }
}
