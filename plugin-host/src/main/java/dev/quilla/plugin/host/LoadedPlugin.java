package dev.quilla.plugin.host;

import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.PluginContext.Component;
import dev.quilla.plugin.QuillaPlugin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plugin in memory: its class loader, and what it brings. */
final class LoadedPlugin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedPlugin.class);

    private final Runnable unload;
    private final String id;
    private final String version;
    private final Extensions extensions;

    private LoadedPlugin(Runnable unload, String id, String version, Extensions extensions) {
        this.unload = unload;
        this.id = id;
        this.version = version;
        this.extensions = extensions;
    }

    /**
     * Loads a plugin. Runs its code, which may throw or take for ever: call it on a thread of its
     * own.
     *
     * @throws PluginFailure if it can't be used, with what it threw
     */
    static LoadedPlugin open(PluginRequest request) throws PluginFailure {
        Path directory = request.jar().toAbsolutePath().getParent();
        SinglePluginManager manager =
                new SinglePluginManager(directory == null ? request.jar() : directory);
        boolean complete = false;
        try {
            String id = start(manager, request);
            Extensions extensions = collect(manager, id, request);
            String version = manager.getPlugin(id).getDescriptor().getVersion();
            complete = true;
            return new LoadedPlugin(() -> unload(manager), id, version, extensions);
        } catch (PluginFailure e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) { // whatever a plugin throws is the plugin's failure, not ours
            throw PluginFailure.thrown("the plugin failed to load", e);
        } finally {
            if (!complete) {
                unload(manager);
            }
        }
    }

    /** A plugin that is part of this process and stays as long as it. */
    static LoadedPlugin part(BundledPlugin.Part part, PluginHostConfig config) {
        PluginContext context =
                new PluginContext(
                        part.name(),
                        config.component(),
                        config.nodeName(),
                        Map.of(),
                        LoggerFactory.getLogger("plugin." + part.name()));
        Origin origin = new Origin(part.name(), true, true);
        return new LoadedPlugin(() -> {}, part.name(), "", ask(part.plugin(), context, origin));
    }

    private static String start(SinglePluginManager manager, PluginRequest request)
            throws PluginFailure {
        String id = manager.loadPlugin(request.jar());
        if (!request.expectedId().isEmpty() && !request.expectedId().equals(id)) {
            throw PluginFailure.forGood(
                    "the JAR's Plugin-Id is " + id + ", not " + request.expectedId());
        }
        PluginState state = manager.startPlugin(id);
        PluginWrapper wrapper = manager.getPlugin(id);
        Throwable failure = wrapper.getFailedException();
        if (failure != null) {
            throw PluginFailure.thrown("the plugin failed to start", failure);
        }
        if (state != PluginState.STARTED) {
            throw PluginFailure.forGood("the plugin did not start: it is " + state);
        }
        return id;
    }

    private static Extensions collect(SinglePluginManager manager, String id, PluginRequest request)
            throws Exception {
        Logger logger = LoggerFactory.getLogger("plugin." + request.name());
        PluginContext context =
                new PluginContext(
                        id, request.component(), request.nodeName(), request.config(), logger);
        Extensions all = Extensions.NONE;
        List<Class<? extends QuillaPlugin>> classes =
                manager.getExtensionClasses(QuillaPlugin.class, id);
        for (Class<? extends QuillaPlugin> type : classes.stream().distinct().toList()) {
            all =
                    all.plus(
                            ask(
                                    type.getDeclaredConstructor().newInstance(),
                                    context,
                                    request.origin()));
        }
        if (classes.isEmpty()) {
            throw PluginFailure.forGood(
                    "the JAR has no extension: mark the class that implements QuillaPlugin with"
                            + " @Extension and build with PF4J's annotation processor");
        }
        return all;
    }

    /** Asks only for what this process uses. */
    private static Extensions ask(QuillaPlugin plugin, PluginContext context, Origin origin) {
        Component component = context.component();
        return new Extensions(
                component == Component.SCHEDULER
                        ? provided(plugin.schedulingPolicies(context), p -> p.name(), origin)
                        : List.of(),
                component == Component.KUBELET
                        ? provided(plugin.healthChecks(context), c -> c.name(), origin)
                        : List.of(),
                component == Component.PROXY
                        ? provided(plugin.networkProxies(context), f -> f.name(), origin)
                        : List.of());
    }

    private static <E> List<Provided<E>> provided(
            List<E> extensions, Function<E, String> name, Origin origin) {
        List<Provided<E>> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (E extension : extensions) {
            if (name.apply(extension).isBlank() || !names.add(name.apply(extension))) {
                throw new IllegalArgumentException(
                        "an extension has no name of its own: " + extension.getClass().getName());
            }
            all.add(origin.provides(extension));
        }
        return all;
    }

    String version() {
        return version;
    }

    Extensions extensions() {
        return extensions;
    }

    /** Names that this and another plugin both use for the same kind of extension. */
    List<String> clashes(LoadedPlugin other) {
        return Stream.of(
                        common(
                                extensions.schedulingPolicies(),
                                other.extensions.schedulingPolicies(),
                                p -> p.name()),
                        common(
                                extensions.healthChecks(),
                                other.extensions.healthChecks(),
                                c -> c.name()),
                        common(
                                extensions.networkProxies(),
                                other.extensions.networkProxies(),
                                f -> f.name()))
                .flatMap(List::stream)
                .toList();
    }

    private static <E> List<String> common(
            List<Provided<E>> one, List<Provided<E>> other, Function<E, String> name) {
        List<String> theirs = other.stream().map(p -> name.apply(p.extension())).toList();
        return one.stream().map(p -> name.apply(p.extension())).filter(theirs::contains).toList();
    }

    /** Stops the plugin and closes its class loader. */
    @Override
    public void close() {
        unload.run();
        LOG.debug("Unloaded plugin {} {}", id, version);
    }

    private static void unload(SinglePluginManager manager) {
        try {
            manager.unloadPlugins();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) { // a plugin that fails to stop is gone all the same
            LOG.warn("A plugin failed to stop", e);
        }
    }
}
