package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The main job by the project's own command line alone, and that kubectl sees the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class CommandLineTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SERVE = "[busybox, httpd, -f, -p, \"$(POD_IP):8080\", -h, /etc]";

    @TempDir private static Path folder;

    private final TestCluster cluster = start();
    private Path web = folder;

    private static TestCluster start() {
        try {
            return TestCluster.start(Setting.COMMAND_LINE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    void writeManifest() throws IOException {
        web = Files.writeString(folder.resolve("web.yaml"), Manifests.web("host", SERVE, 8081));
    }

    @AfterAll
    void removeTheCluster() {
        cluster.close();
    }

    private String out(String verb, String... words) {
        return cluster.quilla(verb, words).output();
    }

    private void fails(int code, String part, String verb, String... words) {
        Command command = cluster.quilla(verb, words);
        assertEquals(code, command.code(), command::toString);
        assertEquals(1, command.err().lines().count(), command::toString);
        assertTrue(command.err().startsWith("quilla: "), command::toString);
        assertTrue(command.err().contains(part), command::toString);
    }

    @Test
    @Order(1)
    void appliesAndFollowsARollout() {
        assertEquals(
                "deployment.apps/web created\nservice/web created",
                out("apply", "-f", web.toString()));
        assertTrue(
                out("rollout", "status", "deployment/web", "--timeout=60s")
                        .endsWith("deployment \"web\" successfully rolled out"));
        assertEquals(
                "deployment.apps/web unchanged\nservice/web unchanged",
                out("apply", "-f", web.toString()));
        assertTrue(cluster.kubectl("diff", "-f", web.toString()).succeeded());
    }

    @Test
    @Order(2)
    void showsWhatKubectlShows() {
        for (List<String> words :
                List.of(
                        List.of("get", "nodes", "-o", "name"),
                        List.of("get", "deployment,service", "--no-headers", "-o", "name"),
                        List.of("get", "pods", "-l", "app=web", "-o", "name"),
                        List.of("get", "deployment", "web", "-o", "json"),
                        List.of("get", "service", "web", "-o", "yaml"),
                        List.of("api-resources", "-o", "name"),
                        List.of("get", "pods", "-o", "jsonpath={.items[*].status.podIP}"))) {
            String[] rest = words.subList(1, words.size()).toArray(String[]::new);
            assertEquals(
                    cluster.kubectl(words.toArray(String[]::new)).output(),
                    out(words.getFirst(), rest),
                    words.toString());
        }
        for (String what : List.of("deployment.spec", "pods.spec.volumes.hostPath.type")) {
            assertEquals(
                    cluster.kubectl("explain", what, "--recursive").out(),
                    cluster.quilla("explain", what, "--recursive").out());
            assertEquals(
                    cluster.kubectl("explain", what).out(), cluster.quilla("explain", what).out());
        }
        assertEquals(
                out("get", "deployment", "web", "-o", "name"),
                out("get", "deployment", "web", "-o", "name", "-w", "--request-timeout=1s"));
        assertTrue(out("get", "--raw", "/readyz?verbose").endsWith("readyz check passed"));
        assertTrue(out("describe", "deployment", "web").contains("3 available"));
        assertTrue(out("get", "events").contains("Started"));
    }

    @Test
    @Order(3)
    void scalesLabelsAndAnnotates() {
        assertEquals("deployment.apps/web scaled", out("scale", "deploy/web", "--replicas=1"));
        out("rollout", "status", "deployment/web", "--timeout=60s");
        Eventually.within(
                SOON,
                "one pod is left",
                () -> assertEquals(1, out("get", "pods", "-o", "name").lines().count()));
        assertEquals("deployment.apps/web labeled", out("label", "deploy/web", "tier=front"));
        fails(1, "tier=front already", "label", "deploy/web", "tier=back");
        out("label", "deploy/web", "tier=back", "--overwrite");
        assertEquals("deployment.apps/web annotated", out("annotate", "deploy/web", "a=b"));
        assertEquals("deployment.apps/web", out("get", "deploy", "-l", "tier=back", "-o", "name"));
    }

    @Test
    @Order(4)
    void runsCommandsInPodsAndReadsTheirLogs() {
        assertEquals("hi", out("exec", "deploy/web", "--", "echo", "hi"));
        assertEquals(7, cluster.quilla("exec", "deploy/web", "--", "sh", "-c", "exit 7").code());
        Command echo =
                Command.run(
                        Map.of("QUILLA_NO_BUILD", "1"),
                        "from here",
                        List.of(
                                "./quilla",
                                "exec",
                                "--dir",
                                cluster.directory().toString(),
                                "-i",
                                "deploy/web",
                                "--",
                                "cat"));
        assertEquals("from here", echo.output());
        out("apply", "-f", says("spoken", "one two"));
        Eventually.within(
                SOON, "it spoke", () -> assertEquals("one two", out("logs", "pod/spoken")));
        fails(1, "has no container", "logs", "spoken", "-c", "nobody");
    }

    @Test
    @Order(4)
    void makesPortsOfAPodPortsOfThisMachine() throws Exception {
        ProcessBuilder command =
                new ProcessBuilder(
                                "./quilla",
                                "port-forward",
                                "--dir",
                                cluster.directory().toString(),
                                "service/web",
                                ":8081",
                                ":8081")
                        .directory(Checkout.root().toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        command.environment().put("QUILLA_NO_BUILD", "1");
        Process forward = command.start();
        try (BufferedReader said = forward.inputReader()) {
            Set<String> here = new LinkedHashSet<>();
            while (here.size() < 2) {
                String line = String.valueOf(said.readLine());
                assertTrue(line.startsWith("Forwarding from "), line);
                if (line.startsWith("Forwarding from 127.0.0.1:")) {
                    assertTrue(line.endsWith(" -> 8080"), line);
                    here.add(line.split(" ")[2]);
                }
            }
            for (String address : here) {
                for (int i = 0; i < 3; i++) {
                    assertTrue(Web.page(address + "/hostname").length() > 0);
                }
            }
            forward.destroy();
            assertTrue(forward.waitFor(20, TimeUnit.SECONDS), "it stops when it is told to");
        } finally {
            forward.destroyForcibly();
        }
        fails(1, "service web has no port 99", "port-forward", "service/web", "99");
        fails(2, "is no port to forward", "port-forward", "deploy/web", "1:2:3");
    }

    private static String says(String name, String text) {
        try {
            return Files.writeString(
                            folder.resolve(name + ".yaml"),
                            """
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: %s}
                            spec:
                              restartPolicy: Never
                              containers: [{name: c, image: host, command: [echo, %s]}]
                            """
                                    .formatted(name, text))
                    .toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(5)
    void goesBackToAnEarlierRevision() {
        out("rollout", "restart", "deployment/web");
        out("rollout", "status", "deployment/web", "--timeout=60s");
        List<String> history = out("rollout", "history", "deployment/web").lines().toList();
        assertEquals(4, history.size(), history.toString());
        out("rollout", "undo", "deployment/web");
        out("rollout", "status", "deployment/web", "--timeout=60s");
        assertEquals("", cluster.path("deployment", "web", ".spec.template.metadata.annotations"));
        out("rollout", "pause", "deployment/web");
        fails(1, "is paused already", "rollout", "pause", "deployment/web");
        out("rollout", "resume", "deployment/web");
    }

    @Test
    @Order(6)
    void textsSurviveYamlAndKubectl() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("texts.yaml"),
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: texts}
                        data: {a: "yes", b: "010", c: "12:30", d: "~", e: "2026-01-01", "y": ""}
                        """);
        out("create", "-f", file.toString());
        String yaml = out("get", "configmap", "texts", "-o", "yaml");
        assertEquals(
                "configmap/texts unchanged",
                cluster.kubectlWith(yaml, "apply", "--server-side=false", "-f", "-")
                        .output()
                        .replace("configured", "unchanged"));
        assertEquals("010", cluster.path("configmap", "texts", ".data.b"));
    }

    @Test
    @Order(7)
    void refusesInOneLineAndByExitCode() throws IOException {
        fails(1, "pods \"nosuch\" not found", "get", "pods", "nosuch");
        fails(1, "knows no resource \"nosuch\"", "get", "nosuch");
        fails(2, "--no-headers", "get", "--nonsense");
        Path bad =
                Files.writeString(
                        folder.resolve("bad.yaml"),
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: bad}, dta: {}}");
        fails(1, "configmap/bad: ", "apply", "-f", bad.toString());
        fails(1, "already exists", "create", "-f", folder.resolve("texts.yaml").toString());
    }

    @Test
    @Order(8)
    void deletesAndWaits() {
        assertTrue(out("delete", "configmap", "texts", "--dry-run=server").contains("(server dry"));
        out("delete", "pod/spoken", "configmap/texts");
        out("delete", "-f", web.toString(), "--timeout=60s");
        Eventually.within(
                SOON, "no pod is left", () -> assertEquals("", out("get", "pods", "-o", "name")));
        fails(1, "not found", "delete", "configmap", "texts");
    }

    @Test
    @Order(9)
    void theDemoAnswersAndIsDoneOnce() {
        String first = out("up", "--detach", "--demo");
        assertTrue(first.contains("namespace/demo created"), first);
        assertTrue(first.contains("Hello from back-"), first);
        String second = out("up", "--detach", "--demo");
        assertTrue(second.contains("deployment.apps/front unchanged"), second);
    }
}
