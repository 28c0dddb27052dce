package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.print.ObjectPrinter;
import dev.quilla.ctl.print.OutputFormat;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A verb that does something with each object of files. */
abstract class FileVerb extends Verb {

    @Mixin private final FileOptions files = new FileOptions();
    @Mixin private final DryRun dryRun = new DryRun();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json, yaml, name or jsonpath=TEMPLATE.")
    private String output = "";

    @Option(
            names = "--validate",
            arity = "0..1",
            fallbackValue = "strict",
            paramLabel = "strict|warn|ignore",
            description = "What to do about fields that nobody knows.")
    private String validate = "strict";

    FileVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        dryRun.check();
        ObjectPrinter printer = new ObjectPrinter(out(), OutputFormat.parseForChange(output));
        int exitCode = 0;
        for (Tree object : files.read(session().console())) {
            try {
                handle(Manifest.of(object, cluster(), session().namespaceOption()), printer);
            } catch (ApiException | CommandException e) {
                err().println(Failures.line(e, label(object)));
                exitCode = 1;
            }
        }
        return exitCode;
    }

    /** Which of a file's objects it is. */
    private static String label(Tree object) {
        return object.text("kind").toLowerCase(Locale.ROOT) + "/" + object.name();
    }

    abstract void handle(Manifest manifest, ObjectPrinter printer) throws IOException;

    final boolean dryRunHere() {
        return dryRun.isHere();
    }

    final Writes writes() throws IOException {
        return new Writes(
                cluster(),
                dryRun,
                switch (validate) {
                    case "strict", "true" -> "Strict";
                    case "warn" -> "Warn";
                    case "ignore", "false" -> "Ignore";
                    default -> throw new UsageException("--validate is strict, warn or ignore");
                });
    }

    /** What is said behind "created" and the like. */
    final String suffix() {
        return dryRun.suffix();
    }
}
