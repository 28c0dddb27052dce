package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.session.Console;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that name files with objects. */
public final class FileOptions {

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE|DIR|-",
            description = "Where the objects are; - is standard input.")
    private List<String> files = List.of();

    @Option(
            names = {"-R", "--recursive"},
            description = "Directories in directories too.")
    private boolean recursive;

    /** Whether files are named. */
    public boolean isGiven() {
        return !files.isEmpty();
    }

    /**
     * The objects in them.
     *
     * @throws dev.quilla.ctl.failure.UsageException if no files are named
     * @throws dev.quilla.ctl.failure.CommandException if there are no objects in them
     */
    public List<Tree> read(Console console) throws IOException {
        return Manifests.read(files, recursive, console);
    }
}
