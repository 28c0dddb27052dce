package dev.quilla.e2e.robustness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The network between the members, in this process: it carries every packet from one host's {@link
 * Tunnel} to another's, late, twice or not at all. (Linux can do that too, by {@code sch_netem},
 * where the kernel has it; many have not.) Thread-safe.
 */
final class PeerNetwork implements AutoCloseable {

    private static final String PREFIX = "10.213.78.";
    private static final int FIRST = 11;
    private static final int DESTINATION_AT = 16;
    private static final byte[] NETWORK = {10, (byte) 213, 78};
    private static final long LOOK_NANOS = 100_000_000;

    private record Packet(long due, long number, int to, byte[] bytes) {}

    private final List<Tunnel> tunnels = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final Thread carrier;
    private final PriorityBlockingQueue<Packet> flying =
            new PriorityBlockingQueue<>(
                    64, Comparator.comparingLong(Packet::due).thenComparingLong(Packet::number));
    private final SplittableRandom random;
    private final boolean[][] cut;
    private final long[] lastDue;
    private Weather weather = Weather.FAIR;
    private long packets;
    private volatile boolean closed;

    /** Gives each of these hosts an address among members. */
    PeerNetwork(List<String> hosts, long seed) throws IOException {
        random = new SplittableRandom(seed);
        cut = new boolean[hosts.size()][hosts.size()];
        lastDue = new long[hosts.size() * hosts.size()];
        for (int i = 0; i < hosts.size(); i++) {
            tunnels.add(new Tunnel(hosts.get(i) + "-peers"));
            Host.takeDevice(hosts.get(i), hosts.get(i) + "-peers", address(i) + "/24");
        }
        carrier = Thread.ofPlatform().name("packets-that-arrive").daemon().start(this::deliver);
        for (int i = 0; i < hosts.size(); i++) {
            int from = i;
            readers.add(
                    Thread.ofPlatform()
                            .name("packets-of-" + hosts.get(i))
                            .daemon()
                            .start(() -> read(from)));
        }
    }

    static String address(int i) {
        return PREFIX + (FIRST + i);
    }

    private void read(int from) {
        while (!closed) {
            tunnels.get(from).read().ifPresent(packet -> send(from, packet));
        }
    }

    private synchronized void send(int from, byte[] packet) {
        int to = destination(packet);
        if (to < 0 || cut[from][to] || random.nextDouble() < weather.loss()) {
            return;
        }
        fly(from, to, packet);
        if (random.nextDouble() < weather.twice()) {
            fly(from, to, packet);
        }
    }

    private void fly(int from, int to, byte[] packet) {
        long jitter = weather.jitter().toNanos();
        long due =
                System.nanoTime()
                        + weather.delay().toNanos()
                        + (jitter == 0 ? 0 : random.nextLong(jitter));
        int link = from * cut.length + to;
        if (!weather.overtaking()) {
            due = Math.max(due, lastDue[link]);
        }
        lastDue[link] = due;
        flying.add(new Packet(due, packets++, to, packet));
        LockSupport.unpark(carrier);
    }

    /** Which member an IPv4 packet is for; below 0 if for none. */
    private int destination(byte[] packet) {
        for (int i = 0; i < NETWORK.length; i++) {
            if (packet.length <= DESTINATION_AT + NETWORK.length
                    || packet[DESTINATION_AT + i] != NETWORK[i]) {
                return -1;
            }
        }
        int to = packet[DESTINATION_AT + NETWORK.length] - FIRST;
        return to < cut.length ? to : -1;
    }

    private void deliver() {
        while (!closed) {
            Packet next = flying.peek();
            long wait = next == null ? LOOK_NANOS : next.due() - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else {
                Packet first = flying.remove();
                tunnels.get(first.to()).write(first.bytes());
            }
        }
    }

    /** What packets go through from now on. */
    synchronized void weather(Weather weather) {
        this.weather = weather;
    }

    /** Lets nothing reach this member, and nothing of it reach others. */
    synchronized void cutOff(int member) {
        mute(member);
        for (int other = 0; other < cut.length; other++) {
            cut[other][member] = true;
        }
    }

    /** Lets nothing of this member reach others; it hears them. */
    synchronized void mute(int member) {
        IntStream.range(0, cut.length).forEach(other -> cut[member][other] = true);
    }

    /** Ends all that was done to packets. */
    synchronized void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
        weather = Weather.FAIR;
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (Thread reader : readers) {
                reader.join();
            }
            carrier.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tunnels.forEach(Tunnel::close);
    }
}
