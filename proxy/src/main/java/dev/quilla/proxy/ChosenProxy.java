package dev.quilla.proxy;

import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.Provided;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy that serves now: the one that the node's label names, or the usual one where there is
 * no label or no such proxy. Belongs to the proxy's thread.
 */
final class ChosenProxy implements AutoCloseable {

    /** The node's label that names its proxy. */
    static final String LABEL = "quilla.dev/network-proxy";

    private static final Logger LOG = LoggerFactory.getLogger(ChosenProxy.class);

    /** A proxy at work, and who brought it. */
    private record Running(Provided<NetworkProxyFactory> from, NetworkProxy proxy) {}

    private final PluginHost plugins;
    private final Supplier<Map<String, String>> labels;
    private final String usual;
    private final ProxyContext context;
    private final EventRecorder events;
    private @Nullable Running running;
    private @Nullable Provided<NetworkProxyFactory> refused;
    private String said = "";

    /**
     * Chooses among the proxies that plugins bring.
     *
     * @param labels the node's, as they are now
     * @param usual the proxy of nodes that name none
     */
    ChosenProxy(
            PluginHost plugins,
            Supplier<Map<String, String>> labels,
            String usual,
            ProxyContext context,
            EventRecorder events) {
        this.plugins = plugins;
        this.labels = labels;
        this.usual = usual;
        this.context = context;
        this.events = events;
    }

    /**
     * Swaps the proxy if another one is wanted by now.
     *
     * @return whether it is a new one, which has programmed nothing yet
     * @throws Exception if not even the usual proxy can run on this node
     */
    boolean choose() throws Exception {
        String name = labels.get().getOrDefault(LABEL, usual);
        Optional<Provided<NetworkProxyFactory>> found = find(name);
        if (found.isEmpty()) {
            tell("no plugin brings the network proxy " + name + ", serving by " + usual);
        }
        Provided<NetworkProxyFactory> wanted =
                found.filter(f -> !isSame(f, refused))
                        .or(() -> find(usual))
                        .orElseThrow(() -> new IllegalStateException("no network proxy " + usual));
        if (running != null && isSame(wanted, running.from())) {
            return false;
        }
        stop();
        start(wanted);
        return true;
    }

    private Optional<Provided<NetworkProxyFactory>> find(String name) {
        return plugins.extensions().networkProxies().stream()
                .filter(f -> f.extension().name().equals(name))
                .findFirst();
    }

    @SuppressWarnings("ReferenceEquality") // a new version is another one, whatever it says
    private static boolean isSame(
            Provided<NetworkProxyFactory> one, @Nullable Provided<NetworkProxyFactory> other) {
        return other != null && one.extension() == other.extension();
    }

    private void start(Provided<NetworkProxyFactory> wanted) throws Exception {
        try {
            running = new Running(wanted, wanted.extension().create(context));
            LOG.info("services are served by {}", wanted.extension().name());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            if (wanted.bundled()) {
                throw e;
            }
            refused = wanted;
            String problem =
                    "network proxy %s can't run here: %s".formatted(wanted.extension().name(), e);
            plugins.faulted(wanted.plugin(), problem, false);
            tell(problem + ", serving by " + usual);
            start(find(usual).orElseThrow());
        }
    }

    /**
     * Puts a table in place.
     *
     * @return whether the proxy says that it is: it may still wait for an address
     * @throws Exception as the proxy does
     */
    boolean apply(ServiceTable table, ServiceChanges changes) throws Exception {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("no proxy is chosen");
        }
        try {
            now.proxy().apply(table, changes);
            return now.proxy().confirmed() >= table.generation();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError e) {
            plugins.faulted(now.from().plugin(), "services not in place: " + e, true);
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private void tell(String message) {
        if (!message.equals(said)) {
            said = message;
            LOG.warn("{}", message);
            events.record(node(), EventType.WARNING, "NetworkProxy", message);
        }
    }

    private ObjectReference node() {
        return ObjectReference.builder()
                .apiVersion("v1")
                .kind("Node")
                .name(context.nodeName())
                .uid(context.nodeName())
                .build();
    }

    private void stop() {
        Running before = running;
        running = null;
        if (before == null) {
            return;
        }
        try {
            before.proxy().close();
        } catch (RuntimeException | LinkageError e) { // whatever it left, the next one takes over
            LOG.warn("network proxy {} did not stop", before.from().extension().name(), e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
