package dev.quilla.ctl;

import dev.quilla.ctl.describe.DescribeVerb;
import dev.quilla.ctl.explain.ExplainVerb;
import dev.quilla.ctl.manifest.ApplyVerb;
import dev.quilla.ctl.manifest.CreateVerb;
import dev.quilla.ctl.manifest.DeleteVerb;
import dev.quilla.ctl.plugin.InstallVerb;
import dev.quilla.ctl.plugin.PluginVerbs;
import dev.quilla.ctl.pods.AttachVerb;
import dev.quilla.ctl.pods.ExecVerb;
import dev.quilla.ctl.pods.LogsVerb;
import dev.quilla.ctl.pods.PortForwardVerb;
import dev.quilla.ctl.read.ApiResourcesVerb;
import dev.quilla.ctl.read.GetVerb;
import dev.quilla.ctl.read.VersionVerb;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.workload.MarkVerb;
import dev.quilla.ctl.workload.RolloutVerb;
import dev.quilla.ctl.workload.ScaleVerb;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The verbs. Looking at a verb's options takes time, so only the one that is used is made.
 *
 * @param name what people type
 * @param summary for the list of verbs
 * @param make makes it for a run; empty for verbs of a cluster on this machine, which another
 *     program carries out
 */
record Verbs(String name, String summary, Function<Session, Object> make) {

    private static final Object ELSEWHERE = new Object();

    /** All verbs, in the order in which they are shown. */
    static final List<Verbs> ALL =
            List.of(
                    elsewhere("up", "start a cluster on this machine, or what is missing of one"),
                    elsewhere("status", "say how that cluster is, and who leads"),
                    elsewhere("down", "stop it and keep its data; --purge removes that too"),
                    elsewhere("kubeconfig", "print the way into it"),
                    elsewhere("backup", "save, restore, verify and list backups of the state"),
                    elsewhere("secrets", "keys that objects are encrypted with: status, rotate"),
                    elsewhere("member", "list and change who keeps the replicated state"),
                    elsewhere("master", "run a master: --config FILE"),
                    elsewhere("worker", "run a worker: --config FILE"),
                    elsewhere("build", "build Quilla from its sources"),
                    elsewhere("test", "run every test, or those of some modules"),
                    new Verbs("get", "show objects", GetVerb::new),
                    new Verbs("describe", "tell of objects, with their events", DescribeVerb::new),
                    new Verbs("apply", "make objects as files say", ApplyVerb::new),
                    new Verbs("create", "create the objects of files", CreateVerb::new),
                    new Verbs("delete", "delete objects", DeleteVerb::new),
                    new Verbs("label", "set and remove labels", MarkVerb.LabelVerb::new),
                    new Verbs("annotate", "set and remove annotations", MarkVerb.AnnotateVerb::new),
                    new Verbs("scale", "change how many replicas there are", ScaleVerb::new),
                    new Verbs("rollout", "follow, undo or repeat a rollout", Verbs::rollout),
                    new Verbs("logs", "show what containers wrote", LogsVerb::new),
                    new Verbs("exec", "run a command in a container", ExecVerb::new),
                    new Verbs("attach", "join a container's own program", AttachVerb::new),
                    new Verbs(
                            "port-forward",
                            "make ports of a pod ports of this machine",
                            PortForwardVerb::new),
                    new Verbs("plugin", "install and remove plugins", Verbs::plugin),
                    new Verbs("explain", "say what a type or a field is", ExplainVerb::new),
                    new Verbs("api-resources", "show the types of objects", ApiResourcesVerb::new),
                    new Verbs("version", "say which version this is", VersionVerb::new));

    private static Verbs elsewhere(String name, String summary) {
        return new Verbs(name, summary, session -> ELSEWHERE);
    }

    /** The verbs that this program carries out and that a command line may mean. */
    static Map<String, Object> mentioned(List<String> words, Session session) {
        Map<String, Object> made = new java.util.LinkedHashMap<>();
        for (Verbs verb : ALL) {
            if (words.contains(verb.name())) {
                Object command = verb.make().apply(session);
                if (command != ELSEWHERE) {
                    made.put(verb.name(), command);
                }
            }
        }
        return made;
    }

    @Command(name = "rollout", description = "Follows, undoes or repeats rollouts.")
    private static final class Rollout extends Group {}

    private static CommandLine rollout(Session session) {
        return new CommandLine(new Rollout())
                .addSubcommand(new RolloutVerb.Status(session))
                .addSubcommand(new RolloutVerb.History(session))
                .addSubcommand(new RolloutVerb.Undo(session))
                .addSubcommand(new RolloutVerb.Restart(session))
                .addSubcommand(new RolloutVerb.Pause(session))
                .addSubcommand(new RolloutVerb.Resume(session));
    }

    @Command(name = "plugin", description = "Plugins: what they are, and where they are loaded.")
    private static final class Plugin extends Group {}

    private static CommandLine plugin(Session session) {
        return new CommandLine(new Plugin())
                .addSubcommand(new InstallVerb(session))
                .addSubcommand(new PluginVerbs.ListAll(session))
                .addSubcommand(new PluginVerbs.Describe(session))
                .addSubcommand(new PluginVerbs.Enable(session))
                .addSubcommand(new PluginVerbs.Disable(session))
                .addSubcommand(new PluginVerbs.Remove(session));
    }
}
