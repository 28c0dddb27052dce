package dev.quilla.proxy;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Service;
import dev.quilla.model.discovery.v1.EndpointSlice;
import dev.quilla.plugin.PluginContext.Component;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import dev.quilla.plugin.ServiceTable.ServicePortKey;
import dev.quilla.plugin.host.BundledPlugin;
import dev.quilla.plugin.host.NodeLabels;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.PluginHostConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's network as the services say. Of several workers that share one kernel, the holder
 * of a file lock does it for all; the kernel frees the lock when its holder dies, and the next one
 * takes over at once.
 */
public final class ProxyService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyService.class);
    private static final Duration SYNC = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** How often the proxy is asked to look whether the network still is as it put it. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration PLUGINS_READY = Duration.ofSeconds(10);

    private final Path lockFile;
    private final ProxyContext context;
    private final Optional<LocalServices> local;
    private final EventRecorder events;
    private final Informers informers;
    private final NodeLabels labels;
    private final PluginHost plugins;
    private final String usualProxy;
    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final LocalNodes localNodes;
    private final Semaphore changed = new Semaphore(1);
    private final Thread thread;

    /**
     * Works for a node.
     *
     * @param sharedDir where the workers of this kernel meet
     * @param pluginDirectory where JARs of plugins are kept
     * @param usualProxy the proxy of a node whose label {@code quilla.dev/network-proxy} names none
     * @param local what the node itself serves to its pods; empty where pods share its network
     */
    public ProxyService(
            ApiClient client,
            Path sharedDir,
            ProxyContext context,
            Path pluginDirectory,
            String usualProxy,
            Optional<LocalServices> local) {
        this.local = local;
        this.lockFile = sharedDir.resolve("proxy.lock");
        this.context = context;
        this.usualProxy = usualProxy;
        this.events =
                new EventRecorder(client, "proxy", context.nodeName(), InstantSource.system());
        this.informers = new Informers(client);
        this.labels = new NodeLabels(informers, context.nodeName());
        this.plugins =
                new PluginHost(
                        new PluginHostConfig(
                                Component.PROXY,
                                context.nodeName(),
                                labels,
                                pluginDirectory,
                                List.of(
                                        new BundledPlugin.Part(
                                                "quilla-proxies", new BuiltInProxies()))),
                        client,
                        informers);
        this.services = informers.of(Resources.SERVICES);
        this.slices = informers.of(Resources.ENDPOINT_SLICES);
        this.localNodes = new LocalNodes(informers, context.nodeName());
        // A platform thread: waiting for a file lock blocks it in the kernel.
        this.thread = Thread.ofPlatform().daemon().name("proxy").unstarted(this::run);
    }

    /** Starts; takes over as soon as no other worker of this kernel does the work. */
    public void start() {
        plugins.onChange(e -> changed.release());
        plugins.start();
        labels.onChange(() -> {
            plugins.nodeChanged();
            changed.release();
        });
        services.onChange(c -> changed.release());
        slices.onChange(c -> changed.release());
        localNodes.onChange(changed::release);
        informers.start();
        thread.start();
    }

    private void run() {
        try {
            Files.createDirectories(lockFile.getParent());
            try (FileChannel channel =
                            FileChannel.open(
                                    lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                LOG.info("programming services ({})", lock.isValid());
                if (!informers.awaitSynced(SYNC)) {
                    LOG.warn("the list of services is not there after {}", SYNC);
                }
                if (!plugins.awaitReady(PLUGINS_READY)) {
                    LOG.warn("plugins are not loaded after {}", PLUGINS_READY);
                }
                program();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("the proxy ends: {}", e.getMessage());
        } catch (Exception e) {
            LOG.error("the proxy can't run on this node", e);
        }
    }

    private void program() throws Exception {
        try (NodeServices own = nodeServices();
                ChosenProxy proxy = new ChosenProxy(plugins, labels, usualProxy, context, events)) {
            Refusals refusals = new Refusals(events);
            ServiceTable before = ServiceTable.EMPTY;
            long generation = 0;
            boolean pending = true;
            long lookNanos = System.nanoTime();
            while (true) {
                Duration rest = pending ? RETRY : LOOK_AGAIN;
                boolean woken = changed.tryAcquire(rest.toMillis(), TimeUnit.MILLISECONDS);
                changed.drainPermits();
                if (proxy.choose()) {
                    before = ServiceTable.EMPTY;
                    pending = true;
                }
                List<Service> allServices = services.all().toList();
                List<EndpointSlice> allSlices = slices.all().toList();
                own.update(allServices, allSlices);
                refusals.tell(allServices);
                ServiceTable now =
                        own.addTo(
                                ServiceTables.compute(
                                        generation + 1, allServices, allSlices, localNodes.get()));
                boolean same = now.ports().equals(before.ports());
                if (woken && !pending && same && System.nanoTime() - lookNanos < 0) {
                    continue;
                }
                generation++;
                lookNanos = System.nanoTime() + LOOK_AGAIN.toNanos();
                pending = !applied(proxy, before, now);
                before = pending ? before : now;
            }
        }
    }

    private static boolean applied(ChosenProxy proxy, ServiceTable before, ServiceTable now)
            throws InterruptedException {
        try {
            return proxy.apply(now, changes(before, now));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("services could not be put in place, trying again: {}", e.getMessage());
            return false;
        }
    }

    private NodeServices nodeServices() throws IOException {
        return local.isPresent()
                ? NodeServices.open(
                        local.get(), context.nodeAddresses().getFirst(), InsideClients.of(context))
                : NodeServices.none();
    }

    private static ServiceChanges changes(ServiceTable before, ServiceTable now) {
        Set<ServicePortKey> changed = new HashSet<>();
        now.ports()
                .forEach((key, port) -> {
                    if (!port.equals(before.ports().get(key))) {
                        changed.add(key);
                    }
                });
        Set<ServicePortKey> removed = new HashSet<>(before.ports().keySet());
        removed.removeAll(now.ports().keySet());
        return new ServiceChanges(changed, removed);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        plugins.close();
        informers.close();
        events.close();
    }
}
