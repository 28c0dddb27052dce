package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** kubectl in one namespace, as the administrator. */
record Kubectl(TestCluster cluster, String namespace) {

    Command run(String... words) {
        return runWith(Map.of(), "", words);
    }

    /** Runs it with variables, and something to read. */
    Command runWith(Map<String, String> environment, String input, String... words) {
        List<String> all = new ArrayList<>(words());
        all.addAll(List.of(words));
        return Command.run(environment, input, all);
    }

    /** What its command line begins with. */
    List<String> words() {
        return List.of(
                "kubectl",
                "--kubeconfig",
                cluster.directory().resolve("kubeconfig").toString(),
                "--namespace",
                namespace);
    }

    /** What it prints; it must succeed. */
    String output(String... words) {
        return run(words).output();
    }

    void says(String expected, String... words) {
        assertEquals(expected, output(words), () -> String.join(" ", words));
    }

    /** It must fail, and name the reason. */
    void fails(String part, String... words) {
        Command command = run(words);
        assertNotEquals(0, command.code(), command::toString);
        assertTrue(command.err().contains(part), command::toString);
    }
}
