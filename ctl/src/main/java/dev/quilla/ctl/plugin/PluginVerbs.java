package dev.quilla.ctl.plugin;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.PatchType;
import dev.quilla.client.ResourceClient;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.print.JsonText;
import dev.quilla.ctl.print.ServerTable;
import dev.quilla.ctl.print.TextTable;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.model.quilla.v1.PluginSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The short verbs of {@code quilla plugin}. */
public final class PluginVerbs {

    private static final String PATH = "/apis/quilla.dev/v1/plugins";

    private PluginVerbs() {}

    /** A verb about one plugin. */
    private abstract static class OfOne extends Verb {

        @Parameters(paramLabel = "NAME")
        private String name = "";

        OfOne(Session session) {
            super(session);
        }

        final ObjectKey key() {
            return ObjectKey.cluster(name);
        }

        final ResourceClient<Plugin> plugins() throws IOException {
            return cluster().client().resource(Resources.PLUGINS);
        }

        final int enable(boolean enabled) throws IOException {
            Tree patch = Tree.EMPTY.with(enabled, "spec", "enabled");
            plugins().patch(key(), PatchType.MERGE, patch.toJson());
            out().println("plugin/" + name + (enabled ? " enabled" : " disabled"));
            return 0;
        }
    }

    /** {@code quilla plugin list}. */
    @Command(name = "list", description = "Shows the plugins that are installed.")
    public static final class ListAll extends Verb {

        @Option(
                names = {"-o", "--output"},
                paramLabel = "json",
                description = "json.")
        private String output = "";

        /** Made for one run. */
        public ListAll(Session session) {
            super(session);
        }

        @Override
        protected int run() throws IOException {
            switch (output) {
                case "json" -> out().println(JsonText.of(cluster().get(PATH).fields()));
                case "" -> table();
                default -> throw new UsageException("plugin list knows -o json only");
            }
            return 0;
        }

        private void table() throws IOException {
            ServerTable table =
                    ServerTable.read(
                            cluster().call(ApiRequest.get(PATH).withAccept(ServerTable.ACCEPT)));
            if (table.rows().isEmpty()) {
                err().println("No plugins are installed: quilla plugin install JAR");
                return;
            }
            ServerTable.Extras extras = new ServerTable.Extras(false, false, "", List.of(), false);
            TextTable text = new TextTable().row(table.header(extras));
            table.rows().forEach(row -> text.row(table.cells(row, extras)));
            text.print(out());
        }
    }

    /** {@code quilla plugin describe}. */
    @Command(
            name = "describe",
            description = "Tells what a plugin is, and how each node is with it.")
    public static final class Describe extends OfOne {
        /** Made for one run. */
        public Describe(Session session) {
            super(session);
        }

        @Override
        protected int run() throws IOException {
            Plugin plugin = plugins().get(key());
            PluginSpec spec = plugin.spec();
            new TextTable()
                    .row("Name:", plugin.name())
                    .row("Plugin:", spec.pluginId() + " " + spec.version())
                    .row("Enabled:", Boolean.toString(!spec.hasEnabled() || spec.enabled()))
                    .row("Artifact:", artifact(spec))
                    .row("Components:", orAll(String.join(", ", spec.components())))
                    .row("Node selector:", orAll(pairs(spec.nodeSelector())))
                    .row("Config:", spec.config().isEmpty() ? "<none>" : pairs(spec.config()))
                    .print(out());
            places(plugin.status().nodes());
            return 0;
        }

        private static String artifact(PluginSpec spec) {
            return "sha256:%s (%d bytes in %d chunks)"
                    .formatted(
                            spec.artifact().sha256(),
                            spec.artifact().sizeBytes(),
                            spec.artifact().chunks());
        }

        private void places(List<PluginNodeStatus> places) {
            if (places.isEmpty()) {
                out().println("No node has said anything of it yet.");
                return;
            }
            out().println("Nodes:");
            TextTable table =
                    new TextTable()
                            .row("NODE", "COMPONENT", "STATE", "VERSION", "EXTENSIONS", "MESSAGE");
            for (PluginNodeStatus place : places) {
                table.row(
                        place.node(),
                        place.component(),
                        place.state(),
                        place.version(),
                        String.join(",", place.extensions()),
                        place.message());
            }
            table.print(out(), "  ");
        }

        private static String pairs(Map<String, String> map) {
            return map.entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .sorted()
                    .collect(Collectors.joining(","));
        }

        private static String orAll(String text) {
            return text.isEmpty() ? "<all>" : text;
        }
    }

    /** {@code quilla plugin enable}. */
    @Command(name = "enable", description = "Loads a disabled plugin again.")
    public static final class Enable extends OfOne {
        /** Made for one run. */
        public Enable(Session session) {
            super(session);
        }

        @Override
        protected int run() throws IOException {
            return enable(true);
        }
    }

    /** {@code quilla plugin disable}. */
    @Command(name = "disable", description = "Unloads a plugin everywhere, and keeps it.")
    public static final class Disable extends OfOne {
        /** Made for one run. */
        public Disable(Session session) {
            super(session);
        }

        @Override
        protected int run() throws IOException {
            return enable(false);
        }
    }

    /** {@code quilla plugin remove}. */
    @Command(name = "remove", description = "Unloads a plugin everywhere, and deletes it.")
    public static final class Remove extends OfOne {
        /** Made for one run. */
        public Remove(Session session) {
            super(session);
        }

        @Override
        protected int run() throws IOException {
            Plugin plugin = plugins().get(key());
            plugins().delete(key());
            new Chunks(cluster()).removeUnused(plugin.spec().artifact());
            out().println("plugin/" + plugin.name() + " removed");
            return 0;
        }
    }
}
