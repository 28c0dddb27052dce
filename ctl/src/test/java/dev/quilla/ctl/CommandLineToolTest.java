package dev.quilla.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.ctl.session.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the command line says without a cluster: help, wrong usage, and that there is none. */
class CommandLineToolTest {

    @TempDir private Path folder;

    private record Said(int code, String out, String err) {

        void isOneLineWith(int exitCode, String part) {
            assertEquals(exitCode, code, err);
            assertEquals(1, err.lines().count(), err);
            assertTrue(err.startsWith("quilla: ") && err.contains(part), err);
        }
    }

    private static Said run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream buffered = new PrintStream(out, false, StandardCharsets.UTF_8);
        int code =
                new CommandLineTool(
                                new Console(
                                        new ByteArrayInputStream(new byte[0]),
                                        buffered,
                                        new PrintStream(err, true, StandardCharsets.UTF_8),
                                        Map.of()))
                        .run(words);
        buffered.flush();
        return new Said(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Stream<String> verbs() {
        return Stream.of(
                "get",
                "describe",
                "apply",
                "create",
                "delete",
                "label",
                "annotate",
                "scale",
                "rollout",
                "rollout status",
                "rollout undo",
                "logs",
                "exec",
                "attach",
                "port-forward",
                "explain",
                "plugin",
                "plugin install",
                "plugin remove",
                "api-resources",
                "version");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbShowsItsOptions(String verb) {
        Said said = run((verb + " --help").split(" ", -1));
        assertEquals(0, said.code(), said.err());
        assertTrue(said.out().startsWith("Usage: quilla " + verb), said.out());
        assertTrue(said.out().contains("--kubeconfig"), said.out());
    }

    @Test
    void helpNamesEveryVerb() {
        Said said = run("help");
        assertEquals(0, said.code());
        Verbs.ALL.forEach(verb -> assertTrue(said.out().contains("  " + verb.name() + " ")));
        assertEquals(said, run());
        assertEquals(said, run("--help"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gte pods                    | did you mean get?",
                "nonsense                    | unknown verb 'nonsense'",
                "get --nonsense              | --no-headers",
                "get pods -o                 | -o",
                "scale deploy/x              | --replicas",
                "scale deploy/x --replicas=n | 'n'",
                "logs x --since=soon         | 'soon' is no time",
                "rollout                     | say what to do: status, history",
                "rollout sideways            | sideways",
                "plugin                      | say what to do: install",
                "delete x --dry-run=maybe    | --dry-run is none, client or server",
                "delete x --cascade=no       | --cascade is background, foreground or orphan",
                "version -o xml              | version knows -o json only",
                "apply                       | say what: -f FILE"
            })
    void wrongUsageIsOneLineAndTwo(String line, String part) {
        run(line.split(" ", -1)).isOneLineWith(2, part);
    }

    @Test
    void withoutAClusterItSaysHowToGetOne() {
        run("get", "pods", "--dir", folder.toString())
                .isOneLineWith(1, "start a cluster with quilla up");
    }

    @Test
    void aDamagedKubeconfigIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), "clusters: 5\n");
        run("get", "pods", "--kubeconfig", file.toString()).isOneLineWith(1, "kubeconfig");
    }

    @Test
    void aClusterThatDoesNotAnswerIsNamed() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("kubeconfig"),
                        """
                        apiVersion: v1
                        kind: Config
                        current-context: c
                        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                        users: [{name: u, user: {token: t}}]
                        contexts: [{name: c, context: {cluster: c, user: u}}]
                        """);
        run("get", "pods", "--kubeconfig", file.toString()).isOneLineWith(1, "no master answers");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        run("apply", "-f", folder.resolve("none.yaml").toString())
                .isOneLineWith(1, "there is no file");
    }
}
