package dev.quilla.ctl.workload;

import dev.quilla.client.PatchType;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.session.Session;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla scale}. */
@Command(name = "scale", description = "Changes how many replicas a workload has.")
public final class ScaleVerb extends TargetVerb {

    @Parameters(arity = "1..*", paramLabel = "TYPE/NAME…")
    private List<String> words = List.of();

    @Option(names = "--replicas", required = true, description = "How many.")
    private int replicas;

    @Option(names = "--current-replicas", description = "Only if there are as many now.")
    private int current = -1;

    /** Made for one run. */
    public ScaleVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        for (Target target : Target.parseNamed(words, cluster().discovery())) {
            if (!target.resource().subresources().contains("scale")) {
                throw new CommandException(target.label() + " can't be scaled");
            }
            scale(target);
            say(target, "scaled");
        }
        return 0;
    }

    private void scale(Target target) throws IOException {
        Tree patch = Tree.EMPTY.with(replicas, "spec", "replicas");
        if (current >= 0) {
            Tree scale = cluster().get(path(target) + "/scale");
            if (scale.number("spec", "replicas") != current) {
                throw new CommandException(
                        "%s has %d replicas, not %d"
                                .formatted(
                                        target.label(), scale.number("spec", "replicas"), current));
            }
            patch =
                    patch.with(
                            scale.text("metadata", "resourceVersion"),
                            "metadata",
                            "resourceVersion");
        }
        cluster().patch(path(target) + "/scale", PatchType.MERGE, patch);
    }
}
