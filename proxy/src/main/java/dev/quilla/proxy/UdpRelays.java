package dev.quilla.proxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries datagrams between clients and backends. Each client of each address has a flow: a socket
 * of its own to one backend, which lasts while datagrams pass, and ends with its backend. One
 * thread owns all flows; addresses are opened and closed from outside.
 */
final class UdpRelays implements AutoCloseable {

    /** How many flows there are at once; datagrams that would begin more are dropped. */
    static final int FLOWS_MAX = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(UdpRelays.class);
    static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int DATAGRAM_BYTES_MAX = 65_535;

    /** An address that clients send to. */
    private record Listener(DatagramChannel channel, Balancer balancer) {}

    private record FlowKey(Listener listener, InetSocketAddress client) {}

    private static final class Flow {
        private final FlowKey key;
        private final Backend backend;
        private final DatagramChannel channel;
        private long usedNanos;

        Flow(FlowKey key, Backend backend, DatagramChannel channel) {
            this.key = key;
            this.backend = backend;
            this.channel = channel;
        }
    }

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
    private final Map<FlowKey, Flow> flows = new ConcurrentHashMap<>(); // others may count them
    private final LongSupplier nanoTime;
    private long nextTickNanos;

    private UdpRelays(Selector selector, LongSupplier nanoTime) {
        this.selector = selector;
        this.nanoTime = nanoTime;
        this.nextTickNanos = nanoTime.getAsLong();
    }

    /**
     * Opens the relays; none listens yet.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    static UdpRelays open(LongSupplier nanoTime) throws IOException {
        UdpRelays relays = new UdpRelays(Selector.open(), nanoTime);
        // A platform thread: it waits in the kernel for many sockets at once.
        Thread.ofPlatform().daemon().name("relay-udp").start(relays::run);
        return relays;
    }

    /**
     * Starts to listen; closing what it answers ends it.
     *
     * @throws IOException if the address is taken, or not to be had
     */
    DatagramChannel listen(InetSocketAddress address, Balancer balancer) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.bind(address);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Listener(channel, balancer));
            selector.wakeup();
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** How many flows there are. */
    int flows() {
        return flows.size();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready, TICK.toMillis());
                if (nanoTime.getAsLong() - nextTickNanos >= 0) {
                    nextTickNanos = nanoTime.getAsLong() + TICK.toNanos();
                    endFlows();
                }
            }
        } catch (ClosedSelectorException e) {
            LOG.debug("UDP relays end: {}", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            flows.values().forEach(UdpRelays::close);
        }
    }

    private void ready(SelectionKey key) {
        try {
            buffer.clear();
            switch (key.attachment()) {
                case Listener listener -> fromClient(listener);
                case Flow flow -> fromBackend(flow);
                default -> throw new IllegalStateException("not ours: " + key.attachment());
            }
        } catch (ClosedChannelException _) {
            LOG.trace("closed meanwhile");
        } catch (IOException e) { // of this datagram; a port that nobody listens on, above all
            LOG.debug("a datagram is lost: {}", e.getMessage());
            if (key.attachment() instanceof Flow flow) {
                flow.key.listener().balancer().failed(flow.backend);
                end(flow);
            }
        }
    }

    private void fromClient(Listener listener) throws IOException {
        if (!(listener.channel().receive(buffer) instanceof InetSocketAddress client)) {
            return;
        }
        FlowKey key = new FlowKey(listener, client);
        Flow flow = flows.get(key);
        if (flow != null && !listener.balancer().include(flow.backend)) {
            end(flow);
            flow = null;
        }
        if (flow == null) {
            flow = begin(key);
        }
        if (flow != null) {
            flow.usedNanos = nanoTime.getAsLong();
            flow.channel.write(buffer.flip());
        }
    }

    private @Nullable Flow begin(FlowKey key) throws IOException {
        InetAddress client = key.client().getAddress();
        Iterator<Backend> candidates = key.listener().balancer().candidates(client).iterator();
        if (!candidates.hasNext() || flows.size() >= FLOWS_MAX) {
            return null;
        }
        Backend backend = candidates.next();
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.connect(
                    new InetSocketAddress(
                            InetAddress.ofLiteral(backend.address()), backend.port()));
            channel.configureBlocking(false);
            Flow flow = new Flow(key, backend, channel);
            channel.register(selector, SelectionKey.OP_READ, flow);
            flows.put(key, flow);
            key.listener().balancer().succeeded(client, backend);
            return flow;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void fromBackend(Flow flow) throws IOException {
        if (flow.channel.read(buffer) >= 0) {
            flow.usedNanos = nanoTime.getAsLong();
            DatagramChannel listener = flow.key.listener().channel();
            if (listener.isOpen()) {
                listener.send(buffer.flip(), flow.key.client());
            }
        }
    }

    /** Ends flows that are idle, whose backend is gone, or whose address is closed. */
    private void endFlows() {
        long now = nanoTime.getAsLong();
        flows.values()
                .removeIf(flow -> {
                    Listener listener = flow.key.listener();
                    boolean ends =
                            now - flow.usedNanos > IDLE.toNanos()
                                    || !listener.channel().isOpen()
                                    || !listener.balancer().include(flow.backend);
                    if (ends) {
                        close(flow);
                    }
                    return ends;
                });
    }

    private void end(Flow flow) {
        flows.remove(flow.key);
        close(flow);
    }

    private static void close(Flow flow) {
        try {
            flow.channel.close();
        } catch (IOException e) {
            LOG.warn("closing a flow: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("closing UDP relays: {}", e.getMessage());
        }
    }
}
