package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.print.ObjectPrinter;
import dev.quilla.ctl.print.OutputFormat;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** A verb that does something with each object of files. */
abstract class FileVerb extends Verb {

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE|DIR|-",
            required = true,
            description = "Where the objects are; - is standard input.")
    private List<String> files = List.of();

    @Option(
            names = {"-R", "--recursive"},
            description = "Directories in directories too.")
    private boolean recursive;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json, yaml, name or jsonpath=TEMPLATE.")
    private String output = "";

    @Option(
            names = "--dry-run",
            arity = "0..1",
            fallbackValue = "client",
            paramLabel = "none|client|server",
            description = "Change nothing: client only says what it would do, server tries it.")
    private String dryRun = "none";

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
        if (!List.of("none", "client", "server").contains(dryRun)) {
            throw new UsageException("--dry-run is none, client or server");
        }
        ObjectPrinter printer = new ObjectPrinter(out(), OutputFormat.parseForChange(output));
        int exitCode = 0;
        for (Tree object : Manifests.read(files, recursive, session().console())) {
            try {
                handle(Manifest.of(object, cluster(), session().namespaceOption()), printer);
            } catch (ApiException e) {
                err().println(Failures.line(e));
                exitCode = 1;
            }
        }
        return exitCode;
    }

    abstract void handle(Manifest manifest, ObjectPrinter printer) throws IOException;

    final boolean dryRunHere() {
        return dryRun.equals("client");
    }

    final Writes writes() throws IOException {
        return new Writes(
                cluster(),
                dryRun.equals("server"),
                switch (validate) {
                    case "strict", "true" -> "Strict";
                    case "warn" -> "Warn";
                    case "ignore", "false" -> "Ignore";
                    default -> throw new UsageException("--validate is strict, warn or ignore");
                });
    }

    /** What is said behind "created" and the like. */
    final String suffix() {
        return switch (dryRun) {
            case "client" -> " (dry run)";
            case "server" -> " (server dry run)";
            default -> "";
        };
    }
}
