package dev.quilla.ctl;

import dev.quilla.ctl.session.Console;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The commands that people use most, one after the other in one process, run once by a build while
 * the JVM records what they load into the cache that the command line starts from.
 */
public final class Rehearsal {

    private static final List<String> COMMANDS =
            List.of(
                    "help",
                    "version",
                    "get --help",
                    "api-resources",
                    "get nodes",
                    "get nodes -o wide",
                    "describe node",
                    "apply -f -",
                    "apply -f -",
                    "rollout status deployment/rehearsal --timeout=40s",
                    "get pods",
                    "get pods -A -o wide",
                    "get deploy,svc --show-labels",
                    "get pods -l app=rehearsal -o yaml",
                    "get deployment rehearsal -o json",
                    "get pods -o name",
                    "get pods -o jsonpath={.items[*].metadata.name}",
                    "describe deployment rehearsal",
                    "describe pods",
                    "describe service rehearsal",
                    "logs deploy/rehearsal --tail=5",
                    "exec deploy/rehearsal -- true",
                    "explain deployment.spec",
                    "label deployment rehearsal tier=front",
                    "annotate deployment rehearsal note=none",
                    "scale deployment/rehearsal --replicas=0",
                    "rollout history deployment/rehearsal",
                    "get events",
                    "plugin list",
                    "delete -f - --wait=false");

    private Rehearsal() {}

    /** {@code Rehearsal DIR}: with the cluster there. Fails with the first command that fails. */
    public static void main(String[] args) throws IOException {
        byte[] manifest;
        try (InputStream in = Rehearsal.class.getResourceAsStream("rehearsal.yaml")) {
            manifest = Objects.requireNonNull(in, "rehearsal.yaml").readAllBytes();
        }
        for (String command : COMMANDS) {
            Console console =
                    new Console(
                            new ByteArrayInputStream(manifest),
                            new PrintStream(
                                    OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                            System.err,
                            Map.of());
            // Options of ours go before "--", behind which all belongs to the container.
            Stream<String> words = Stream.of(command.split(" ", -1)).limit(1);
            Stream<String> rest = Stream.of(command.split(" ", -1)).skip(1);
            Stream<String> where =
                    command.equals("help") ? Stream.of() : Stream.of("--dir", args[0]);
            String[] all = Stream.of(words, where, rest).flatMap(s -> s).toArray(String[]::new);
            if (new CommandLineTool(console).run(all) != 0) {
                System.err.println("the rehearsal failed at: quilla " + command);
                System.exit(1);
            }
        }
        System.exit(0);
    }
}
