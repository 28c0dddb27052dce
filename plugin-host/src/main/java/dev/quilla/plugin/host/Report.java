package dev.quilla.plugin.host;

import java.util.List;

/**
 * What a host says of a plugin.
 *
 * @param version what runs; empty where nothing does
 */
record Report(State state, String message, String version, List<String> extensions) {

    /** As {@code Plugin.status.nodes[].state} spells it. */
    enum State {
        LOADING("Loading"),
        LOADED("Loaded"),
        FAILED("Failed"),
        DISABLED("Disabled");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Report disabled() {
        return new Report(State.DISABLED, "", "", List.of());
    }

    static Report loaded(LoadedPlugin plugin) {
        return new Report(State.LOADED, "", plugin.version(), plugin.extensions().names());
    }

    /** It was loaded, and then something in it went wrong. */
    static Report faulty(LoadedPlugin plugin, Fault fault) {
        return new Report(
                fault.usable() ? State.LOADED : State.FAILED,
                fault.message(),
                plugin.version(),
                plugin.extensions().names());
    }

    /** It did not work; an older version may still run. */
    static Report failed(PluginFailure failure, Slot slot) {
        State state = failure.temporary() ? State.LOADING : State.FAILED;
        String message = String.valueOf(failure.getMessage());
        LoadedPlugin older = slot.loaded();
        return older == null
                ? new Report(state, message, "", List.of())
                : new Report(
                        state,
                        message + "; version " + older.version() + " still runs",
                        older.version(),
                        older.extensions().names());
    }
}
