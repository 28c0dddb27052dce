package dev.quilla.server.local;

import dev.quilla.server.config.Durations;
import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import dev.quilla.server.worker.Machines;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code quilla up|down|status|kubeconfig|store|member|backup|secrets}. */
public final class LocalCommands {

    static final int BASE_PORT = 6443;

    private LocalCommands() {}

    /** Runs one of them; answers the exit code. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        CommandLine line =
                new CommandLine(new Root())
                        .addSubcommand("up", new Up(out))
                        .addSubcommand("down", new Down(out))
                        .addSubcommand("status", new Status(out))
                        .addSubcommand("kubeconfig", new PrintKubeconfig(out))
                        .addSubcommand("store", new StoreCommand(out))
                        .addSubcommand("member", MemberCommand.line(out))
                        .addSubcommand("backup", BackupCommand.line(out, err))
                        .addSubcommand("secrets", SecretsCommand.line(out));
        line.getCommandSpec()
                .addOption(
                        OptionSpec.builder("-h", "--help")
                                .usageHelp(true)
                                .scopeType(ScopeType.INHERIT)
                                .description("show this")
                                .build());
        line.registerConverter(Duration.class, Durations::parse);
        line.setOut(new java.io.PrintWriter(out, true, java.nio.charset.StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, words) -> {
            err.println(
                    "quilla: "
                            + String.valueOf(e.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("wrong usage"));
            return 2;
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            err.println("quilla: " + e.getMessage());
            return 1;
        });
        return line.execute(args);
    }

    @Command(name = "quilla", description = "A whole cluster on this machine.")
    private static final class Root implements Runnable {

        @Override
        public void run() {
            throw new LocalClusterException(
                    "say what to do: up, down, status, kubeconfig, store, member, backup or secrets");
        }
    }

    private abstract static class OfDirectory implements Callable<Integer> {

        @Option(names = "--dir", defaultValue = ".quilla", description = "where the cluster lives")
        private Path dir = Path.of(".quilla");

        @Spec private @Nullable CommandSpec spec;

        ClusterDirectory directory() {
            return new ClusterDirectory(dir);
        }

        LocalCluster cluster(PrintStream out) {
            return new LocalCluster(directory(), new Launcher(directory()), out);
        }

        CommandLine line() {
            return Objects.requireNonNull(spec).commandLine();
        }

        ParameterException wrongUsage(String message) {
            return new ParameterException(line(), message);
        }
    }

    @Command(name = "up", description = "Starts a cluster, or what is missing of one.")
    private static final class Up extends OfDirectory {
        private final PrintStream out;

        @Option(names = "--masters", defaultValue = "3", description = "how many masters; 3")
        private int masters;

        @Option(names = "--workers", defaultValue = "2", description = "how many workers; 2")
        private int workers;

        @Option(
                names = "--runtime",
                defaultValue = "auto",
                description = "what runs pods: auto, docker or process")
        private String runtime = "auto";

        @Option(
                names = "--network",
                defaultValue = "auto",
                description = "what connects them: auto, bridge or loopback")
        private String network = "auto";

        @Option(
                names = "--base-port",
                defaultValue = "" + BASE_PORT,
                description = "the port of the kubeconfig, from which all others follow; 6443")
        private int basePort;

        @Option(names = "--detach", description = "leave the cluster running and return")
        private boolean detach;

        @Option(
                names = "--demo",
                description = "deploy two sample services and say how to ask them")
        private boolean demo;

        @Option(
                names = "--timeout",
                defaultValue = "120s",
                description = "how long to wait, for the cluster and for the demo; 120s")
        private Duration timeout = Duration.ofSeconds(120);

        Up(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            RuntimeMode runtimeMode =
                    ModeChoice.of(
                            line(), "runtime", runtime, RuntimeMode.class, Machines.bestRuntime());
            NetworkMode networkMode =
                    ModeChoice.of(
                            line(), "network", network, NetworkMode.class, Machines.bestNetwork());
            LocalCluster cluster = cluster(out);
            cluster.up(
                    new LocalCluster.Wanted(masters, workers, runtimeMode, networkMode, basePort),
                    timeout);
            if (demo) {
                cluster.demo(timeout);
            }
            if (!detach) {
                out.println("Ctrl-C stops the cluster and keeps its data.");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster(out).down(false)));
                Thread.currentThread().join();
            }
            return 0;
        }
    }

    @Command(name = "down", description = "Stops the cluster and its pods; keeps the data.")
    private static final class Down extends OfDirectory {
        private final PrintStream out;

        @Option(names = "--purge", description = "remove the data too")
        private boolean purge;

        Down(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() {
            cluster(out).down(purge);
            return 0;
        }
    }

    @Command(name = "status", description = "Says how the cluster is.")
    private static final class Status extends OfDirectory {
        private final PrintStream out;

        @Option(names = "-o", defaultValue = "text", description = "text or json")
        private String format = "text";

        Status(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() throws IOException {
            if (!List.of("text", "json").contains(format)) {
                throw wrongUsage("-o is text or json, not '" + format + "'");
            }
            new StatusReport(directory()).print(out, format.equals("json"));
            return 0;
        }
    }

    @Command(name = "kubeconfig", description = "Prints the administrator's kubeconfig.")
    private static final class PrintKubeconfig extends OfDirectory {
        private final PrintStream out;

        PrintKubeconfig(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() throws IOException {
            Path file = directory().kubeconfig();
            if (!Files.exists(file)) {
                throw new LocalClusterException(
                        "no cluster in " + directory().root() + ": start one with quilla up");
            }
            out.print(Files.readString(file));
            return 0;
        }
    }
}
