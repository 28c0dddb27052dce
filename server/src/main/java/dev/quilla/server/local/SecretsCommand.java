package dev.quilla.server.local;

import dev.quilla.apiserver.encryption.KeyFile;
import dev.quilla.client.kubeconfig.Kubeconfig;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quilla secrets status|rotate|forget|new-key}. */
@Command(name = "secrets", description = "Keys with which objects are encrypted at rest.")
final class SecretsCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    private SecretsCommand() {}

    /** The command with its verbs. */
    static CommandLine line(PrintStream out) {
        return new CommandLine(new SecretsCommand())
                .addSubcommand("status", new Status(out))
                .addSubcommand("rotate", new Rotate(out))
                .addSubcommand("forget", new Forget(out))
                .addSubcommand("new-key", new MakeKey(out));
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "say what to do: quilla secrets status, rotate, forget or new-key");
    }

    private abstract static class OfCluster implements Callable<Integer> {

        final PrintStream out;

        @Option(names = "--dir", description = "where the cluster lives; .quilla")
        private @Nullable Path dir;

        @Option(names = "--kubeconfig", description = "a cluster anywhere, as its administrator")
        private @Nullable Path kubeconfig;

        @Spec private @Nullable CommandSpec spec;

        OfCluster(PrintStream out) {
            this.out = out;
        }

        CommandLine line() {
            return Objects.requireNonNull(spec).commandLine();
        }

        @Override
        public Integer call() throws IOException {
            if (dir != null && kubeconfig != null) {
                throw new ParameterException(line(), "give --dir or --kubeconfig, not both");
            }
            Path file = kubeconfig == null ? own() : kubeconfig;
            try (KeyMasters masters = new KeyMasters(Kubeconfig.load(file).access().options())) {
                run(masters);
            }
            return 0;
        }

        private Path own() {
            ClusterDirectory directory =
                    new ClusterDirectory(dir == null ? Path.of(".quilla") : dir);
            if (!Files.exists(directory.kubeconfig())) {
                throw new LocalClusterException(
                        "no cluster is in "
                                + directory.root()
                                + ": name its directory with --dir, or a --kubeconfig");
            }
            return directory.kubeconfig();
        }

        abstract void run(KeyMasters masters);
    }

    @Command(name = "status", description = "Says what is encrypted with which key.")
    private static final class Status extends OfCluster {

        @Option(names = "-o", defaultValue = "text", description = "text or json")
        private String format = "text";

        Status(PrintStream out) {
            super(out);
        }

        @Override
        void run(KeyMasters masters) {
            if (!List.of("text", "json").contains(format)) {
                throw new ParameterException(line(), "-o is text or json, not '" + format + "'");
            }
            Map<String, Map<String, @Nullable Object>> status = masters.status();
            if (format.equals("json")) {
                out.println(new String(JsonTree.write(status), StandardCharsets.UTF_8));
                return;
            }
            for (Map.Entry<String, Map<String, @Nullable Object>> entry : status.entrySet()) {
                Map<String, @Nullable Object> facts = entry.getValue();
                out.printf(
                        "%s  keys %s  in %s%n", entry.getKey(), keys(facts), facts.get("keyFile"));
            }
            if (!status.isEmpty()) {
                printValues(status.values().iterator().next());
            }
        }

        private static String keys(Map<String, @Nullable Object> facts) {
            return facts.get("keys") instanceof List<?> ids && !ids.isEmpty()
                    ? String.join(", ", ids.stream().map(String::valueOf).toList())
                            + " (the first encrypts)"
                    : "none";
        }

        private void printValues(Map<String, @Nullable Object> facts) {
            for (Map<?, ?> value : KeyMasters.list(facts, "values")) {
                if (value.get("byKey") instanceof Map<?, ?> byKey) {
                    byKey.forEach((key, count) ->
                            out.printf(
                                    "%s  %s %s%n",
                                    value.get("resource"),
                                    count,
                                    key.equals("") ? "in clear" : "with key " + key));
                }
            }
        }
    }

    @Command(
            name = "rotate",
            description =
                    "Gives every master a new key, encrypts with it from then on, and writes again"
                            + " what is encrypted with others or not at all.")
    private static final class Rotate extends OfCluster {

        @Option(
                names = "--rewrite-only",
                description = "makes no new key: writes again what is not as it should be")
        private boolean rewriteOnly;

        Rotate(PrintStream out) {
            super(out);
        }

        @Override
        void run(KeyMasters masters) {
            KeyRotation rotation = new KeyRotation(masters, out);
            if (rewriteOnly) {
                rotation.rewrite();
            } else {
                rotation.to(NewKey.now(InstantSource.system()));
            }
        }
    }

    @Command(name = "forget", description = "Removes a key that nothing is encrypted with.")
    private static final class Forget extends OfCluster {

        @Parameters(paramLabel = "ID", description = "the key")
        private String id = "";

        Forget(PrintStream out) {
            super(out);
        }

        @Override
        void run(KeyMasters masters) {
            masters.status();
            masters.forget(id);
            out.println("no master has key " + id + " any more");
        }
    }

    @Command(
            name = "new-key",
            description = "Makes a key file with a new key, to be copied to every master.")
    private static final class MakeKey implements Callable<Integer> {

        private final PrintStream out;

        @Parameters(paramLabel = "FILE", description = "the file to make: pkiDir/encryption.keys")
        private Path file = Path.of("");

        MakeKey(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() throws IOException {
            if (Files.exists(file)) {
                throw new LocalClusterException(
                        file + " exists already, and may hold keys that are needed");
            }
            new KeyFile(file).write(List.of(NewKey.now(InstantSource.system())));
            out.println("made " + file);
            return 0;
        }
    }
}
