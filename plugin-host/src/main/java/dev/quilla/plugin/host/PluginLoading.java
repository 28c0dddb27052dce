package dev.quilla.plugin.host;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a plugin's code for the first time, with a limit to our patience. */
final class PluginLoading {

    private PluginLoading() {}

    /**
     * Loads a plugin on a platform thread, since one that never returns would keep a carrier of
     * virtual threads for ever.
     */
    static LoadedPlugin open(PluginRequest request, Duration atMost)
            throws PluginFailure, InterruptedException {
        FutureTask<LoadedPlugin> task = new FutureTask<>(() -> LoadedPlugin.open(request));
        Thread.ofPlatform().daemon().name("plugin-" + request.name()).start(task);
        try {
            return task.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw PluginFailure.forGood(
                    "the plugin did not come up within " + atMost.toSeconds() + " s");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case PluginFailure failure -> throw failure;
                case Error error -> throw error;
                case null, default -> throw PluginFailure.thrown("the plugin failed to load", e);
            }
        }
    }
}
