package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Chooses backends for the clients of one address: those in turn that have not just failed, but the
 * client's own first where there is affinity. Thread-safe.
 */
final class Balancer {

    /** How long a backend that did not answer is asked last. */
    static final Duration PENALTY = Duration.ofSeconds(10);

    private static final int CLIENTS_MAX = 65_536;

    /** A client's backend, until when. */
    private record Bond(Backend backend, long untilNanos) {}

    private final Predicate<InetAddress> inside;
    private final LongSupplier nanoTime;
    private final Map<Backend, Long> failedUntil = new HashMap<>();
    private final Map<InetAddress, Bond> bonds =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<InetAddress, Bond> eldest) {
                    return size() > CLIENTS_MAX;
                }
            };
    private Answers answers;
    private int turn;

    /**
     * Makes a balancer.
     *
     * @param inside tells clients of the cluster itself
     * @param nanoTime as {@link System#nanoTime}
     */
    Balancer(Answers answers, Predicate<InetAddress> inside, LongSupplier nanoTime) {
        this.answers = answers;
        this.inside = inside;
        this.nanoTime = nanoTime;
    }

    synchronized void update(Answers now) {
        answers = now;
        failedUntil.keySet().removeIf(b -> !now.include(b));
        bonds.values().removeIf(b -> now.affinity().isEmpty() || !now.include(b.backend()));
    }

    /** Whether a backend still answers for somebody. */
    synchronized boolean include(Backend backend) {
        return answers.include(backend);
    }

    /** Backends in the order in which to try them; none if nobody answers this client. */
    List<Backend> candidates(InetAddress client) {
        Answers now;
        synchronized (this) {
            now = answers;
        }
        List<Backend> all =
                now.inside().equals(now.outside()) || inside.test(client)
                        ? now.inside()
                        : now.outside();
        return all.size() < 2 ? all : ordered(client, all);
    }

    private synchronized List<Backend> ordered(InetAddress client, List<Backend> all) {
        long time = nanoTime.getAsLong();
        List<Backend> order = new ArrayList<>(all);
        Collections.rotate(order, -Math.floorMod(turn++, all.size()));
        List<Backend> failed = order.stream().filter(b -> hasFailed(b, time)).toList();
        order.removeAll(failed);
        order.addAll(failed);
        Bond bond = bonds.get(client);
        if (bond != null && bond.untilNanos() - time > 0 && order.remove(bond.backend())) {
            order.addFirst(bond.backend());
        }
        return order;
    }

    private boolean hasFailed(Backend backend, long time) {
        Long until = failedUntil.get(backend);
        return until != null && until - time > 0;
    }

    /** Tells that a backend answers a client. */
    synchronized void succeeded(InetAddress client, Backend backend) {
        failedUntil.remove(backend);
        answers.affinity()
                .filter(_ -> answers.include(backend))
                .ifPresent(time ->
                        bonds.put(
                                client, new Bond(backend, nanoTime.getAsLong() + time.toNanos())));
    }

    /** Those that did not answer when they were asked last, lately. */
    synchronized List<Backend> failing() {
        long time = nanoTime.getAsLong();
        return failedUntil.keySet().stream().filter(b -> hasFailed(b, time)).toList();
    }

    /** Tells that a backend does not answer. */
    synchronized void failed(Backend backend) {
        if (answers.include(backend)) {
            failedUntil.put(backend, nanoTime.getAsLong() + PENALTY.toNanos());
        }
    }
}
