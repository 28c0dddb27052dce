package dev.quilla.plugin.host;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a host holds of one plugin. Belongs to the host's thread. */
final class Slot {

    private @Nullable LoadedPlugin loaded;
    private @Nullable Recipe recipe;
    private @Nullable Path file;
    private @Nullable Recipe failedRecipe;
    private @Nullable PluginFailure failure;

    @Nullable LoadedPlugin loaded() {
        return loaded;
    }

    @Nullable Path file() {
        return file;
    }

    /**
     * The plugin that this recipe made; null where it is still to be made.
     *
     * @throws PluginFailure if the recipe is known not to work
     */
    @Nullable LoadedPlugin running(Recipe wanted) throws PluginFailure {
        if (failure != null && wanted.equals(failedRecipe)) {
            throw failure;
        }
        return wanted.equals(recipe) ? loaded : null;
    }

    void succeeded(LoadedPlugin plugin, Recipe now, Path jar) {
        loaded = plugin;
        recipe = now;
        file = jar;
        failedRecipe = null;
        failure = null;
    }

    /** Remembers that a recipe can't work, if trying again is useless; false if it was known. */
    boolean failed(Recipe wanted, PluginFailure why) {
        boolean news = failure != why;
        failure = why;
        failedRecipe = why.temporary() ? null : wanted;
        return news;
    }

    void emptied() {
        loaded = null;
        recipe = null;
        failedRecipe = null;
        failure = null;
    }
}
