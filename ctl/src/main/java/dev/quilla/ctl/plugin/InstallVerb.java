package dev.quilla.ctl.plugin;

import dev.quilla.client.PatchType;
import dev.quilla.client.ResourceClient;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.quilla.v1.Plugin;
import dev.quilla.model.quilla.v1.PluginArtifact;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.model.quilla.v1.PluginSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla plugin install}. */
@Command(name = "install", description = "Brings a plugin, or a new version of it, to all nodes.")
public final class InstallVerb extends Verb {

    private static final List<String> COMPONENTS = List.of("scheduler", "kubelet", "proxy");

    @Parameters(paramLabel = "JAR")
    private Path file = Path.of("");

    @Option(names = "--name", description = "Its name in the cluster; its Plugin-Id by default.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--component",
            split = ",",
            paramLabel = "scheduler|kubelet|proxy",
            description = "Load it only there.")
    private List<String> components = List.of();

    @Option(names = "--config", paramLabel = "KEY=VALUE", description = "What the plugin is told.")
    private Map<String, String> config = Map.of();

    @Option(
            names = "--node-selector",
            split = ",",
            paramLabel = "KEY=VALUE",
            description = "Load it only on nodes with these labels.")
    private Map<String, String> nodeSelector = Map.of();

    @Option(
            names = "--no-default-profile",
            description = "Its policies place only pods whose schedulerName asks for them.")
    private boolean noDefaultProfile;

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "true",
            description = "Wait until the nodes have loaded it; true by default.")
    private boolean wait = true;

    @Option(names = "--timeout", description = "How long to wait; 60s by default.")
    private Duration timeout = Duration.ofSeconds(60);

    /** Made for one run. */
    public InstallVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        for (String component : components) {
            if (!COMPONENTS.contains(component)) {
                throw new UsageException("--component is one of " + String.join(", ", COMPONENTS));
            }
        }
        PluginJar jar = PluginJar.read(file);
        String plugin = name.orElseGet(jar::defaultName);
        ResourceClient<Plugin> plugins = cluster().client().resource(Resources.PLUGINS);
        Optional<Plugin> before = plugins.find(ObjectKey.cluster(plugin));
        before.ifPresent(p -> checkUpgrade(p, jar));
        PluginArtifact artifact = new Chunks(cluster()).upload(plugin, jar);
        if (before.isPresent()) {
            upgrade(plugins, before.get(), jar, artifact);
        } else {
            plugins.create(
                    Plugin.builder()
                            .metadata(m -> m.name(plugin))
                            .spec(spec(PluginSpec.builder().enabled(true), jar, artifact))
                            .build());
        }
        List<PluginNodeStatus> old =
                before.map(p -> p.status().nodes()).orElse(List.<PluginNodeStatus>of());
        report(plugin, jar, before, old);
        return 0;
    }

    /** A version is one content: else nobody could tell which of two a node has loaded. */
    private static void checkUpgrade(Plugin installed, PluginJar jar) {
        PluginSpec spec = installed.spec();
        if (!spec.pluginId().equals(jar.id())) {
            throw new CommandException(
                    "plugin %s is %s, not %s: install this one under another --name"
                            .formatted(installed.name(), spec.pluginId(), jar.id()));
        }
        if (spec.version().equals(jar.version())
                && !spec.artifact().sha256().equals(jar.sha256())) {
            throw new CommandException(
                    "plugin %s %s is installed with other contents: raise Plugin-Version, or remove it first"
                            .formatted(installed.name(), jar.version()));
        }
    }

    private PluginSpec spec(PluginSpec.Builder spec, PluginJar jar, PluginArtifact artifact) {
        spec.pluginId(jar.id()).version(jar.version()).artifact(artifact);
        if (!components.isEmpty()) {
            spec.components(components);
        }
        if (!config.isEmpty()) {
            spec.config(config);
        }
        if (!nodeSelector.isEmpty()) {
            spec.nodeSelector(nodeSelector);
        }
        if (noDefaultProfile) {
            spec.joinDefaultProfile(false);
        }
        return spec.build();
    }

    /** Changes only what was said: the rest of the installed plugin stays as it was made. */
    private void upgrade(
            ResourceClient<Plugin> plugins, Plugin before, PluginJar jar, PluginArtifact artifact)
            throws IOException {
        PluginSpec changes = spec(PluginSpec.builder().enabled(true), jar, artifact);
        Tree patch = Tree.of("spec", JsonCodec.toTree(changes.struct()));
        plugins.patch(before.key(), PatchType.MERGE, patch.toJson());
        if (!before.spec().artifact().sha256().equals(jar.sha256())) {
            new Chunks(cluster()).removeUnused(before.spec().artifact());
        }
    }

    private void report(
            String plugin, PluginJar jar, Optional<Plugin> before, List<PluginNodeStatus> old)
            throws IOException {
        String what =
                "plugin/%s %s %s"
                        .formatted(
                                plugin,
                                jar.version(),
                                before.isPresent() ? "upgraded" : "installed");
        if (!wait) {
            out().println(what);
            return;
        }
        Plugin loaded = new LoadWait(cluster(), err()).await(plugin, old, timeout);
        out().println(what + ": loaded in " + loaded.status().nodes().size() + " places");
    }
}
