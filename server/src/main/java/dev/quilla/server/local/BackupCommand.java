package dev.quilla.server.local;

import dev.quilla.server.config.ConfigSection;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.store.StoreConfig;
import dev.quilla.server.worker.Machines;
import dev.quilla.store.backup.BackupFolder;
import dev.quilla.store.backup.BackupInfo;
import dev.quilla.store.backup.Backups;
import dev.quilla.store.backup.NewFile;
import dev.quilla.store.backup.Origin;
import dev.quilla.store.mvcc.ContentsCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quilla backup save|restore|verify|ls}. */
final class BackupCommand {

    private static final String DIR = ".quilla";

    private BackupCommand() {}

    /** The command with its verbs. */
    static CommandLine line(PrintStream out, PrintStream err) {
        return new CommandLine(new Verbs())
                .addSubcommand("save", new Save(out, err))
                .addSubcommand("restore", new Restore(out))
                .addSubcommand("verify", new Verify(out))
                .addSubcommand("ls", new ListAll(out));
    }

    @Command(name = "backup", description = "Keeps a cluster's or a store's state in a file.")
    private static final class Verbs implements Callable<Integer> {

        @Spec private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "say what to do: quilla backup save, restore, verify or ls");
        }
    }

    private abstract static class Reporting implements Callable<Integer> {

        private final PrintStream out;

        @Option(names = "-o", defaultValue = "text", description = "text or json")
        private String format = "text";

        @Spec private @Nullable CommandSpec spec;

        Reporting(PrintStream out) {
            this.out = out;
        }

        CommandLine line() {
            return Objects.requireNonNull(spec).commandLine();
        }

        BackupReport report() {
            if (!List.of("text", "json").contains(format)) {
                throw new ParameterException(line(), "-o is text or json, not '" + format + "'");
            }
            return new BackupReport(out, format.equals("json"));
        }
    }

    @Command(name = "save", description = "Saves the state of what runs, without stopping it.")
    private static final class Save extends Reporting {
        private final PrintStream err;

        @Parameters(paramLabel = "FILE", description = "the file to make")
        private Path file = Path.of("");

        @Option(names = "--dir", description = "where the cluster or store lives; " + DIR)
        private @Nullable Path dir;

        @Option(names = "--kubeconfig", description = "a cluster anywhere, as its administrator")
        private @Nullable Path kubeconfig;

        @Option(names = "--config", description = "the store of a member with this configuration")
        private @Nullable Path config;

        Save(PrintStream out, PrintStream err) {
            super(out);
            this.err = err;
        }

        @Override
        public Integer call() throws IOException {
            BackupReport report = report();
            if (Stream.of(dir, kubeconfig, config).filter(Objects::nonNull).count() > 1) {
                throw new ParameterException(
                        line(), "give one of --dir, --kubeconfig and --config");
            }
            if (Files.exists(file)) {
                throw new LocalClusterException(
                        file + " exists already, and may be a backup: choose another name");
            }
            BackupSource source = source();
            try (NewFile fresh = NewFile.at(file)) {
                source.copy(new Progress(fresh.out(), err));
                report.print("saved", file, fresh.finish());
            } catch (NoSuchFileException e) {
                throw new LocalClusterException(
                        "there is no directory for " + file + ": make it first", e);
            }
            return 0;
        }

        private BackupSource source() throws IOException {
            if (kubeconfig != null) {
                return BackupSource.cluster(kubeconfig);
            }
            if (config == null) {
                return BackupSource.in(new ClusterDirectory(dir == null ? Path.of(DIR) : dir));
            }
            if (ConfigSection.read(config).has("api")) {
                throw new LocalClusterException(
                        config + " is a master's: save its cluster with --kubeconfig");
            }
            return BackupSource.store(StoreConfig.read(config));
        }
    }

    @Command(
            name = "restore",
            description = "Makes a new cluster or store that begins with a backup's state.")
    private static final class Restore extends Reporting {

        @Parameters(paramLabel = "FILE", description = "the backup")
        private Path file = Path.of("");

        @Option(names = "--dir", description = "where it will live: a new directory; " + DIR)
        private @Nullable Path dir;

        @Option(
                names = "--config",
                description =
                        "instead of --dir: one master's or member's configuration; its dataDir is"
                                + " made. Do it on every one of them, with the same file")
        private @Nullable Path config;

        @Option(names = "--members", defaultValue = "3", description = "masters or members; 3")
        private int members;

        @Option(names = "--workers", defaultValue = "2", description = "a cluster's workers; 2")
        private int workers;

        @Option(names = "--base-port", description = "as up or store take it; 6443, 2379")
        private @Nullable Integer basePort;

        @Option(names = "--runtime", defaultValue = "auto", description = "as up takes it; auto")
        private String runtime = "auto";

        @Option(names = "--network", defaultValue = "auto", description = "as up takes it; auto")
        private String network = "auto";

        @Option(names = "--plaintext", description = "a store without TLS, on 127.0.0.1 only")
        private boolean plaintext;

        @Option(
                names = "--bump-revision",
                defaultValue = "" + ContentsCodec.REVISIONS_MORE,
                description =
                        "how much higher revisions are than the backup's: more than were written"
                                + " after it; 1000000000")
        private long bump;

        Restore(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException {
            BackupReport report = report();
            if (bump < 1) {
                throw new ParameterException(
                        line(), "--bump-revision must be 1 or more, so that watchers notice");
            }
            if (dir != null && config != null) {
                throw new ParameterException(line(), "give --dir or --config, not both");
            }
            BackupInfo info = Backups.verify(file);
            LocalRestore restore = new LocalRestore(Backups.restored(file, bump));
            String place = make(restore, info.origin().kind());
            Map<String, @Nullable Object> facts =
                    new LinkedHashMap<>(BackupReport.facts(file, info));
            facts.put("restoredRevision", info.revision() + bump);
            report.print(
                    "restored %d keys of revision %d at revision %d: %s"
                            .formatted(
                                    info.entries(), info.revision(), info.revision() + bump, place),
                    facts);
            return 0;
        }

        /** Answers what to do next. */
        private String make(LocalRestore restore, String kind) throws IOException {
            if (config != null) {
                return restore.member(kind, config)
                        + " is ready; do the same on every other one, then start them all";
            }
            ClusterDirectory directory = new ClusterDirectory(dir == null ? Path.of(DIR) : dir);
            if (kind.equals(Origin.STORE)) {
                int port = basePort == null ? StoreCommand.BASE_PORT : basePort;
                restore.store(directory, StoreSpec.fresh(members, port, plaintext));
                return "start it with quilla store --dir " + directory.root();
            }
            restore.cluster(directory, wanted().spec());
            return restore.needsKeys(directory)
                    + "start it with quilla up --dir "
                    + directory.root();
        }

        private LocalCluster.Wanted wanted() {
            return new LocalCluster.Wanted(
                    members,
                    workers,
                    ModeChoice.of(
                            line(), "runtime", runtime, RuntimeMode.class, Machines.bestRuntime()),
                    ModeChoice.of(
                            line(), "network", network, NetworkMode.class, Machines.bestNetwork()),
                    basePort == null ? LocalCommands.BASE_PORT : basePort);
        }
    }

    @Command(name = "verify", description = "Reads a backup whole, and says what it holds.")
    private static final class Verify extends Reporting {

        @Parameters(paramLabel = "FILE", description = "the backup")
        private Path file = Path.of("");

        Verify(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() {
            BackupReport report = report();
            report.print("whole:", file, Backups.verify(file));
            return 0;
        }
    }

    @Command(name = "ls", description = "Shows a directory's backups, the newest first.")
    private static final class ListAll extends Reporting {

        @Parameters(
                paramLabel = "DIR",
                defaultValue = ".",
                arity = "0..1",
                description = "the directory; this one")
        private Path directory = Path.of(".");

        ListAll(PrintStream out) {
            super(out);
        }

        @Override
        public Integer call() throws IOException {
            BackupReport report = report();
            try {
                report.print(BackupFolder.list(directory));
            } catch (NoSuchFileException | NotDirectoryException e) {
                throw new LocalClusterException(directory + " is no directory", e);
            }
            return 0;
        }
    }
}
