package dev.quilla.plugin.host;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.Pause;
import dev.quilla.client.Subscription;
import dev.quilla.client.TransportException;
import dev.quilla.client.WorkQueue;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.quilla.v1.Plugin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the plugins of this process as the cluster wants them. One virtual thread does all the work
 * ("plugins-…"); plugins are opened on threads of their own. A plugin that fails is reported in the
 * status of its {@code Plugin} object and harms nobody.
 */
public final class PluginHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final PluginHostConfig config;
    private final Informer<Plugin> plugins;
    private final LoadedPlugins loaded;
    private final ArtifactStore artifacts;
    private final StatusReporter reporter;
    private final EventRecorder events;
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread;

    /**
     * A host that follows the {@code Plugin} objects of an informer, which somebody else starts.
     */
    public PluginHost(PluginHostConfig config, ApiClient client, Informers informers) {
        this(config, client, informers, Pause.real());
    }

    /** A host with its own sense of time. */
    PluginHost(PluginHostConfig config, ApiClient client, Informers informers, Pause pause) {
        this.config = config;
        this.plugins = informers.of(Resources.PLUGINS);
        this.loaded = new LoadedPlugins(pause);
        this.artifacts =
                new ArtifactStore(
                        config.directory().resolve("plugins"),
                        client.resource(Resources.PLUGIN_CHUNKS));
        this.reporter =
                new StatusReporter(
                        client.resource(Resources.PLUGINS),
                        config.nodeName(),
                        config.component(),
                        pause,
                        () -> ThreadLocalRandom.current().nextLong());
        this.events =
                new EventRecorder(
                        client, "plugin-host", config.nodeName(), InstantSource.system(), pause);
        this.thread =
                Thread.ofVirtual().name("plugins-" + config.componentName()).unstarted(this::run);
    }

    /**
     * Loads the bundled plugins, then begins to follow the cluster. Needs no API for the former.
     *
     * @throws IllegalStateException if a bundled plugin can't be loaded
     */
    public void start() {
        for (BundledPlugin plugin : config.bundled()) {
            loaded.addBundled(
                    switch (plugin) {
                        case BundledPlugin.Jar(Path file) -> openBundled(file);
                        case BundledPlugin.Part part -> LoadedPlugin.part(part, config);
                    });
        }
        plugins.onChange(change -> queue.add(change.object().key()));
        thread.start();
    }

    private LoadedPlugin openBundled(Path jar) {
        String file = String.valueOf(jar.getFileName());
        try {
            return PluginLoading.open(
                    new PluginRequest(
                            file.replaceFirst("\\.jar$", ""),
                            "",
                            jar,
                            true,
                            true,
                            config.component(),
                            config.nodeName(),
                            Map.of()),
                    config.openTimeout());
        } catch (PluginFailure e) {
            throw new IllegalStateException("can't load " + jar + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loading " + jar, e);
        }
    }

    /** What the plugins bring now. */
    public Extensions extensions() {
        return loaded.extensions();
    }

    /**
     * Tells of every change from now on, in order, on the host's thread. When the listener returns
     * it must have let go of what is no longer there: the classes behind it are unloaded soon
     * after.
     */
    public Subscription onChange(Consumer<Extensions> listener) {
        return loaded.onChange(listener);
    }

    /**
     * Waits until every plugin that the cluster had at the start was tried once; false when it took
     * too long.
     */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return ready.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * A plugin that was loaded well threw or did not answer: says so in its status and an event.
     * Repeating what was said already does nothing.
     *
     * @param plugin as {@link Provided#plugin} names it
     * @param message what went wrong, for people
     * @param usable false when this process no longer calls it, until the plugin changes
     */
    public void faulted(String plugin, String message, boolean usable) {
        Fault fault = new Fault(message, usable);
        ObjectKey key = ObjectKey.cluster(plugin);
        Optional<Plugin> found = plugins.get(key);
        if (found.isPresent() && !fault.equals(faults.put(plugin, fault))) {
            tell(found.get(), EventType.WARNING, "PluginFault", message);
            queue.add(key);
        }
    }

    private void tell(Plugin plugin, EventType type, String reason, String message) {
        String where = config.componentName() + " of " + config.nodeName() + ": ";
        events.record(plugin, type, reason, where + message);
    }

    /** The node's labels changed: looks again which plugins are meant for it. */
    public void nodeChanged() {
        plugins.all().forEach(plugin -> queue.add(plugin.key()));
    }

    private void run() {
        try {
            while (!plugins.awaitSynced(Duration.ofMinutes(1))) {
                LOG.debug("Waiting for the list of plugins");
            }
            for (ObjectKey key : plugins.all().map(Plugin::key).sorted().toList()) {
                work(key);
            }
            ready.countDown();
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                work(key.get());
                queue.done(key.get());
            }
        } catch (InterruptedException e) {
            LOG.trace("The plugin host is closed");
        }
    }

    private void work(ObjectKey key) throws InterruptedException {
        try {
            if (sync(key)) {
                queue.forget(key);
            } else {
                queue.addRateLimited(key);
            }
        } catch (ApiException | TransportException e) {
            LOG.warn("Plugin {}: {}; trying again", key, e.getMessage());
            queue.addRateLimited(key);
        } catch (RuntimeException e) {
            LOG.error("Plugin {}: unexpected failure; trying again", key, e);
            queue.addRateLimited(key);
        }
    }

    /** Brings one plugin to the state wanted; false when it must be tried again. */
    private boolean sync(ObjectKey key) throws InterruptedException {
        Optional<Plugin> found = plugins.get(key);
        if (found.isEmpty() || found.get().metadata().hasDeletionTimestamp()) {
            remove(key);
            return true;
        }
        Plugin plugin = found.get();
        if (!meantForUs(plugin)) {
            unload(key);
            reporter.report(plugin, Optional.empty());
            return true;
        }
        if (plugin.spec().hasEnabled() && !plugin.spec().enabled()) {
            unload(key);
            reporter.report(plugin, Optional.of(Report.disabled()));
            return true;
        }
        return load(plugin);
    }

    private boolean meantForUs(Plugin plugin) {
        boolean component =
                plugin.spec().components().isEmpty()
                        || plugin.spec().components().contains(config.componentName());
        Map<String, String> labels = config.nodeLabels().get();
        return component
                && plugin.spec().nodeSelector().entrySet().stream()
                        .allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    }

    private boolean load(Plugin plugin) throws InterruptedException {
        Slot slot = loaded.slot(plugin.key());
        Recipe wanted = Recipe.of(plugin);
        try {
            LoadedPlugin running = slot.running(wanted);
            if (running == null) {
                running = open(plugin, slot, wanted);
            }
            reporter.report(plugin, Optional.of(stateOf(plugin.name(), running)));
            return true;
        } catch (PluginFailure e) {
            if (slot.failed(wanted, e)) {
                LOG.warn("Plugin {}: {}", plugin.name(), e.getMessage());
                tell(plugin, EventType.WARNING, "PluginFailed", String.valueOf(e.getMessage()));
            }
            reporter.report(plugin, Optional.of(Report.failed(e, slot)));
            return !e.temporary();
        }
    }

    private Report stateOf(String plugin, LoadedPlugin running) {
        Fault fault = faults.get(plugin);
        return fault == null ? Report.loaded(running) : Report.faulty(running, fault);
    }

    private LoadedPlugin open(Plugin plugin, Slot slot, Recipe wanted)
            throws PluginFailure, InterruptedException {
        Path jar = artifacts.get(plugin.spec());
        LoadedPlugin opened =
                PluginLoading.open(request(plugin, wanted, jar), config.openTimeout());
        try {
            loaded.refuseClashes(plugin.key(), opened);
        } catch (PluginFailure e) {
            opened.close();
            throw e;
        }
        LOG.info("Loaded plugin {} {}", plugin.name(), opened.version());
        tell(plugin, EventType.NORMAL, "PluginLoaded", "version " + opened.version());
        Path oldJar = slot.file();
        LoadedPlugin before = slot.loaded();
        slot.succeeded(opened, wanted, jar);
        faults.remove(plugin.name());
        loaded.publish();
        if (before != null) {
            loaded.letGo(before);
        }
        if (oldJar != null && !oldJar.equals(jar)) {
            artifacts.forget(oldJar);
        }
        return opened;
    }

    private PluginRequest request(Plugin plugin, Recipe wanted, Path jar) {
        return new PluginRequest(
                plugin.name(),
                wanted.pluginId(),
                jar,
                false,
                wanted.joinsDefaultProfile(),
                config.component(),
                config.nodeName(),
                wanted.config());
    }

    private void unload(ObjectKey key) {
        Slot slot = loaded.slot(key);
        LoadedPlugin before = slot.loaded();
        slot.emptied();
        faults.remove(key.name());
        if (before != null) {
            LOG.info("Unloaded plugin {} {}", key, before.version());
            loaded.publish();
            loaded.letGo(before);
        }
    }

    private void remove(ObjectKey key) {
        unload(key);
        loaded.forget(key).map(Slot::file).ifPresent(artifacts::forget);
    }

    /** Stops following the cluster and unloads all plugins. */
    @Override
    public void close() {
        queue.close();
        thread.interrupt();
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
        loaded.close();
    }
}
