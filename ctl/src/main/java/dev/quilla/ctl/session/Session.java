package dev.quilla.ctl.session;

import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.kubeconfig.Access;
import dev.quilla.client.kubeconfig.Kubeconfig;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.failure.CommandException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One run of the command line: its console, and the cluster once a verb asks for it. */
public final class Session implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(35);
    private static final Path DEFAULT_DIR = Path.of(".quilla");

    private final Console console;
    private final GlobalOptions options;
    private Optional<Cluster> cluster = Optional.empty();

    /** A run with these options, which are read when the cluster is asked for. */
    public Session(Console console, GlobalOptions options) {
        this.console = console;
        this.options = options;
    }

    /** Where to read and write. */
    public Console console() {
        return console;
    }

    /**
     * The cluster that the options lead to.
     *
     * @throws CommandException if they lead to none
     */
    public Cluster cluster() throws IOException {
        if (cluster.isEmpty()) {
            cluster = Optional.of(connect());
        }
        return cluster.get();
    }

    /** The namespace that an option asks for. */
    public Optional<String> namespaceOption() {
        return options.namespace;
    }

    /** How long an option lets one answer take, a watch's too; empty for as long as it takes. */
    public Optional<Duration> requestTimeout() {
        return options.requestTimeout.filter(t -> !t.isZero());
    }

    private Cluster connect() throws IOException {
        Kubeconfig config = kubeconfig();
        Access access =
                options.context.isPresent()
                        ? config.access(options.context.get())
                        : config.access();
        Duration patience = options.requestTimeout.orElse(Duration.ZERO);
        HttpsOptions https =
                access.options()
                        .withUserAgent("quilla")
                        .withTimeouts(CONNECT_TIMEOUT, RESPONSE_TIMEOUT);
        return new Cluster(
                new HttpsTransport(https),
                options.namespace.orElse(access.namespace()),
                patience,
                warning -> console.err().println("Warning: " + warning));
    }

    /** An explicit file wins over the variable, and that over the directory's. */
    private Kubeconfig kubeconfig() throws IOException {
        if (options.kubeconfig.isPresent()) {
            return load(options.kubeconfig.get());
        }
        String variable = console.environment().getOrDefault("KUBECONFIG", "");
        if (options.dir.isEmpty() && !variable.isEmpty()) {
            return merged(variable);
        }
        return load(options.dir.orElse(DEFAULT_DIR).resolve("kubeconfig"));
    }

    private static Kubeconfig merged(String variable) throws IOException {
        List<Path> files =
                Stream.of(variable.split(Pattern.quote(File.pathSeparator)))
                        .filter(name -> !name.isEmpty())
                        .map(Path::of)
                        .toList();
        Kubeconfig config = Kubeconfig.EMPTY;
        for (Path file : files) {
            if (files.size() == 1 || Files.exists(file)) {
                config = config.merge(load(file));
            }
        }
        return config;
    }

    private static Kubeconfig load(Path file) throws IOException {
        try {
            return Kubeconfig.load(file);
        } catch (NoSuchFileException e) {
            throw new CommandException(
                    "no kubeconfig at "
                            + file
                            + ": start a cluster with quilla up, or name another with --kubeconfig"
                            + " or --dir");
        }
    }

    @Override
    public void close() {
        cluster.ifPresent(Cluster::close);
    }
}
