package dev.quilla.plugin.host;

import org.jspecify.annotations.Nullable;

/** A plugin that can't be used; the message is for people. */
final class PluginFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    private PluginFailure(String message, @Nullable Throwable cause, boolean temporary) {
        super(message, cause);
        this.temporary = temporary;
    }

    /** Trying again may help. */
    static PluginFailure forNow(String message, Throwable cause) {
        return new PluginFailure(message, cause, true);
    }

    /** Only a change of the plugin helps. */
    static PluginFailure forGood(String message) {
        return new PluginFailure(message, null, false);
    }

    /** What the plugin threw: its root, in words. Only a change of the plugin helps. */
    static PluginFailure thrown(String doing, Throwable thrown) {
        Throwable root = thrown;
        for (int depth = 0; depth < 20 && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? "" : ": " + root.getMessage();
        return new PluginFailure(doing + ": " + root.getClass().getName() + text, thrown, false);
    }

    boolean temporary() {
        return temporary;
    }
}
