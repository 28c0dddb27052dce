package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relays of a node: one for each address that services want. Belongs to one thread. */
final class Relays implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Relays.class);

    /** An open address, and who answers there. */
    private record Open(AutoCloseable listener, Balancer balancer) {}

    private final Predicate<InetAddress> inside;
    private final LongSupplier nanoTime;
    private final UdpRelays udp;
    private final Map<Listening, Open> open = new HashMap<>();
    private final Set<Listening> refused = new HashSet<>();

    private Relays(Predicate<InetAddress> inside, LongSupplier nanoTime, UdpRelays udp) {
        this.inside = inside;
        this.nanoTime = nanoTime;
        this.udp = udp;
    }

    /**
     * No relay yet.
     *
     * @param inside tells clients of the cluster itself
     * @param nanoTime as {@link System#nanoTime}
     */
    static Relays open(Predicate<InetAddress> inside, LongSupplier nanoTime) throws IOException {
        return new Relays(inside, nanoTime, UdpRelays.open(nanoTime));
    }

    /**
     * Listens on these addresses and no others. One that can't be had is tried again each time.
     *
     * @return whether it has them all
     */
    boolean serve(Map<Listening, Answers> wanted) {
        open.entrySet().removeIf(e -> !wanted.containsKey(e.getKey()) && closed(e.getValue()));
        refused.retainAll(wanted.keySet());
        wanted.forEach(this::serve);
        return refused.isEmpty();
    }

    private void serve(Listening where, Answers answers) {
        Open there = open.get(where);
        if (there != null) {
            there.balancer().update(answers);
            return;
        }
        try {
            Balancer balancer = new Balancer(answers, inside, nanoTime);
            open.put(where, new Open(listen(where, balancer), balancer));
            refused.remove(where);
        } catch (IOException e) {
            if (refused.add(where)) {
                LOG.warn("can't listen on {} for a service: {}", where, e.getMessage());
            }
        }
    }

    private AutoCloseable listen(Listening where, Balancer balancer) throws IOException {
        return where.protocol() == Protocol.TCP
                ? TcpRelay.listen(where.address(), balancer)
                : udp.listen(where.address(), balancer);
    }

    private static boolean closed(Open there) {
        try {
            there.listener().close();
        } catch (Exception e) {
            LOG.warn("closing a relay: {}", e.getMessage());
        }
        return true;
    }

    @Override
    public void close() {
        boolean _ = serve(Map.of());
        udp.close();
    }
}
