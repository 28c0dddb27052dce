package dev.quilla.plugin.host;

import dev.quilla.client.Pause;
import dev.quilla.client.Subscription;
import dev.quilla.model.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins in memory, and whom to tell when they change. One thread changes them; {@link
 * #extensions} and {@link #onChange} are for all.
 */
final class LoadedPlugins implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedPlugins.class);

    /** Calls that began before a plugin left may still need its classes. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final List<LoadedPlugin> bundled = new ArrayList<>();
    private final Map<ObjectKey, Slot> slots = new TreeMap<>();
    private final List<Consumer<Extensions>> listeners = new CopyOnWriteArrayList<>();
    private final Pause pause;
    private volatile Extensions current = Extensions.NONE;

    LoadedPlugins(Pause pause) {
        this.pause = pause;
    }

    Extensions extensions() {
        return current;
    }

    Subscription onChange(Consumer<Extensions> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void addBundled(LoadedPlugin plugin) {
        bundled.add(plugin);
        publish();
    }

    Slot slot(ObjectKey key) {
        return slots.computeIfAbsent(key, k -> new Slot());
    }

    Optional<Slot> forget(ObjectKey key) {
        return Optional.ofNullable(slots.remove(key));
    }

    /** Refuses a plugin that uses the name of another one's extension. */
    void refuseClashes(ObjectKey key, LoadedPlugin plugin) throws PluginFailure {
        Stream<LoadedPlugin> others =
                slots.entrySet().stream()
                        .filter(e -> !e.getKey().equals(key))
                        .flatMap(e -> Stream.ofNullable(e.getValue().loaded()));
        for (LoadedPlugin other : Stream.concat(bundled.stream(), others).toList()) {
            List<String> clashes = plugin.clashes(other);
            if (!clashes.isEmpty()) {
                throw PluginFailure.forGood(
                        "another plugin already brings " + String.join(", ", clashes));
            }
        }
    }

    /** Unloads a plugin that left, once calls that are under way had time to end. */
    void letGo(LoadedPlugin left) {
        Thread.ofVirtual()
                .name("plugin-unload")
                .start(() -> {
                    try {
                        pause.pause(LINGER);
                    } catch (InterruptedException e) {
                        LOG.trace("Unloading at once");
                    }
                    left.close();
                });
    }

    /** Shows the plugins of now to everybody. */
    void publish() {
        Extensions all = Extensions.NONE;
        for (LoadedPlugin plugin : present()) {
            all = all.plus(plugin.extensions());
        }
        current = all;
        for (Consumer<Extensions> listener : listeners) {
            try {
                listener.accept(all);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on a change of plugins", e);
            }
        }
    }

    private Collection<LoadedPlugin> present() {
        return Stream.concat(
                        bundled.stream(),
                        slots.values().stream().flatMap(s -> Stream.ofNullable(s.loaded())))
                .toList();
    }

    @Override
    public void close() {
        listeners.clear();
        present().forEach(LoadedPlugin::close);
        bundled.clear();
        slots.clear();
    }
}
