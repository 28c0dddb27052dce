package dev.quilla.ctl.manifest;

import dev.quilla.client.PatchType;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.print.ObjectPrinter;
import dev.quilla.ctl.session.Session;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Schema;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quilla apply}. */
@Command(name = "apply", description = "Makes objects as files say: creates or changes them.")
public final class ApplyVerb extends FileVerb {

    /**
     * The manager under which kubectl applies, so that either tool goes on where the other left.
     */
    private static final String CLIENT_SIDE = "kubectl-client-side-apply";

    @Option(names = "--server-side", description = "Let the server merge, by who owns which field.")
    private boolean serverSide;

    @Option(names = "--force-conflicts", description = "Take over fields that others own.")
    private boolean force;

    @Option(names = "--field-manager", description = "Who owns the fields, for --server-side.")
    private String manager = "quilla";

    /** Made for one run. */
    public ApplyVerb(Session session) {
        super(session);
    }

    @Override
    void handle(Manifest manifest, ObjectPrinter printer) throws IOException {
        if (manifest.object().name().isEmpty()) {
            throw new CommandException(
                    "apply needs metadata.name: with generateName use quilla create");
        }
        if (serverSide) {
            Tree applied = writes().apply(manifest, manager, force);
            printer.done(manifest.resource(), applied, "serverside-applied" + suffix());
            return;
        }
        Optional<Tree> live = cluster().find(manifest.path());
        Tree wanted = LastApplied.remember(manifest.object());
        if (live.isEmpty()) {
            Tree created = dryRunHere() ? wanted : writes().create(manifest, wanted, CLIENT_SIDE);
            printer.done(manifest.resource(), created, "created" + suffix());
        } else {
            change(manifest, wanted, live.get(), printer);
        }
    }

    private void change(Manifest manifest, Tree wanted, Tree live, ObjectPrinter printer)
            throws IOException {
        Optional<Definition> definition = definition(manifest);
        Tree patch = ThreeWayPatch.of(definition, LastApplied.of(live), wanted, live);
        if (patch.fields().isEmpty()) {
            printer.done(manifest.resource(), live, "unchanged" + suffix());
            return;
        }
        if (live.text("metadata", "annotations", LastApplied.ANNOTATION).isEmpty()) {
            err().println(
                            "Warning: "
                                    + manifest.resource().singularWithGroup()
                                    + "/"
                                    + live.name()
                                    + " was not made by apply: what it has besides stays");
        }
        PatchType type = definition.isPresent() ? PatchType.STRATEGIC : PatchType.MERGE;
        Tree changed = dryRunHere() ? live : writes().patch(manifest, type, patch, CLIENT_SIDE);
        printer.done(manifest.resource(), changed, "configured" + suffix());
    }

    /** Lists of built-in kinds are merged by their keys; those of other kinds are replaced. */
    private static Optional<Definition> definition(Manifest manifest) {
        return Schema.builtin()
                .find(
                        GroupVersion.parse(manifest.resource().apiVersion())
                                .kind(manifest.resource().kind()));
    }
}
