package dev.quilla.ctl.manifest;

import dev.quilla.ctl.print.ObjectPrinter;
import dev.quilla.ctl.session.Session;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code quilla create}. */
@Command(name = "create", description = "Creates the objects of files.")
public final class CreateVerb extends FileVerb {

    private static final String MANAGER = "quilla-create";

    /** Made for one run. */
    public CreateVerb(Session session) {
        super(session);
    }

    @Override
    void handle(Manifest manifest, ObjectPrinter printer) throws IOException {
        printer.done(
                manifest.resource(),
                dryRunHere()
                        ? manifest.object()
                        : writes().create(manifest, manifest.object(), MANAGER),
                "created" + suffix());
    }
}
