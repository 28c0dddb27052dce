package dev.quilla.client.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Servers that are as good as each other: stays with one until it fails. Thread-safe. */
final class Endpoints {

    private final List<Endpoint> all;
    private final AtomicInteger current;

    Endpoints(List<Endpoint> all, int first) {
        this.all = List.copyOf(all);
        this.current = new AtomicInteger(first);
    }

    int size() {
        return all.size();
    }

    Endpoint current() {
        return all.get(current.get());
    }

    /** Moves on, unless somebody did already. */
    void failed(Endpoint endpoint) {
        int index = all.indexOf(endpoint);
        current.compareAndSet(index, (index + 1) % all.size());
    }

    void close() {
        all.forEach(Endpoint::close);
    }
}
