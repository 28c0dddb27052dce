package dev.quilla.server.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quilla store --dir DIR}: a whole store on this machine, for etcd's clients. */
@Command(
        name = "store",
        description = "Starts a store for etcd's clients; with --config, one member of it.")
final class StoreCommand implements Callable<Integer> {

    static final int BASE_PORT = 2379;

    private final PrintStream out;

    @Option(
            names = "--config",
            description = "run one member, as this file says, until it is stopped")
    private @Nullable Path config;

    @Option(names = "--dir", description = "where a store of this machine lives")
    private @Nullable Path dir;

    @Option(names = "--members", defaultValue = "3", description = "how many members; 3")
    private int members;

    @Option(
            names = "--base-port",
            defaultValue = "" + BASE_PORT,
            description = "the first member's port for clients, from which all others follow; 2379")
    private int basePort;

    @Option(names = "--plaintext", description = "serve without TLS, on 127.0.0.1 only")
    private boolean plaintext;

    @Option(names = "--detach", description = "leave the store running and return")
    private boolean detach;

    @Option(names = "--stop", description = "stop the store and keep its data")
    private boolean stop;

    @Option(names = "--status", description = "say how the members are, and what they take")
    private boolean status;

    @Option(names = "-o", defaultValue = "text", description = "with --status: text or json")
    private String format = "text";

    @Option(names = "--purge", description = "with --stop: remove the data too")
    private boolean purge;

    @Option(names = "--timeout", defaultValue = "60s", description = "how long to wait; 60s")
    private Duration timeout = Duration.ofSeconds(60);

    @Spec private @Nullable CommandSpec spec;

    StoreCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (dir == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    config == null
                            ? "say where the store lives: quilla store --dir DIR"
                            : "--config FILE goes with no other option");
        }
        ClusterDirectory directory = new ClusterDirectory(dir);
        if (status) {
            if (!List.of("text", "json").contains(format)) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "-o is text or json, not '" + format + "'");
            }
            new StoreReport(directory).print(out, format.equals("json"));
            return 0;
        }
        LocalStore store = new LocalStore(directory, new Launcher(directory), out);
        if (stop) {
            store.stop(purge);
            return 0;
        }
        store.up(StoreSpec.fresh(members, basePort, plaintext), timeout);
        if (!detach) {
            out.println("Ctrl-C stops the store and keeps its data.");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stopQuietly(store)));
            Thread.currentThread().join();
        }
        return 0;
    }

    private void stopQuietly(LocalStore store) {
        try {
            store.stop(false);
        } catch (IOException e) {
            out.println("quilla: " + e.getMessage());
        }
    }
}
