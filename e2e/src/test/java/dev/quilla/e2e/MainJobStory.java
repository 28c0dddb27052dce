package dev.quilla.e2e;

import static dev.quilla.e2e.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The main job as one story on one cluster: a deployment is served, scaled, updated, healed, and
 * outlives the leading master and a worker. Each step builds on those before it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class MainJobStory {

    static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration ROLLOUT = Duration.ofSeconds(45);
    private static final Duration NODE_LOSS = Duration.ofSeconds(75);

    private final Setting setting;
    private final int servicePort;
    private final List<Path> temporary = new ArrayList<>();
    TestCluster cluster;
    String image = "host";

    MainJobStory(Setting setting) {
        this.setting = setting;
        this.servicePort = setting.isBridge() ? 80 : 8081;
    }

    @BeforeAll
    void startCluster() throws IOException {
        if (setting.isDocker()) {
            image = BusyboxImage.build(1);
            BusyboxImage.build(2);
        }
        cluster = TestCluster.start(setting);
    }

    @AfterAll
    void removeCluster() throws IOException {
        cluster.close();
        for (Path file : temporary.reversed()) {
            Files.delete(file);
        }
        Files.deleteIfExists(cluster.directory());
    }

    @Test
    @Order(1)
    void everyMasterAnswersAndBothWorkersAreReady() {
        assertEquals(3, cluster.appliedIndexes().size());
        for (String node : List.of("worker-1", "worker-2")) {
            assertEquals("True", condition("node", node, "Ready"));
        }
    }

    @Test
    @Order(2)
    void aDeploymentRollsOutOverBothWorkers() throws IOException {
        cluster.kubectlWith(web(), "apply", "-f", "-").output();
        awaitReady(3);
        String nodes = cluster.path("pods", "-lapp=web", ".items[*].spec.nodeName");
        assertEquals(Set.of("worker-1", "worker-2"), words(nodes));
        String addresses = cluster.path("pods", "-lapp=web", ".items[*].status.podIP");
        assertEquals(3, words(addresses).size());
        assertEquals("1", cluster.path("deployment", "web", ".metadata.generation"));
    }

    @Test
    @Order(3)
    void applyingAgainChangesNothing() throws IOException {
        String said = cluster.kubectlWith(web(), "apply", "-f", "-").output();
        assertEquals(2, said.lines().filter(l -> l.endsWith("unchanged")).count(), said);
        assertEquals("", cluster.kubectlWith(web(), "diff", "-f", "-").output());
    }

    @Test
    @Order(4)
    void theServiceAnswersOnItsAddressAndOnANodePort() {
        String node =
                cluster.path(
                        "node", "worker-1", ".status.addresses[?(@.type==\"InternalIP\")].address");
        String port = cluster.path("service", "web", ".spec.ports[0].nodePort");
        within(SOON, "cluster address", () -> assertServed("release 1"));
        within(SOON, "node port", () -> assertEquals("release 1", Web.page(node + ":" + port)));
    }

    @Test
    @Order(5)
    void scalesUpAndDown() {
        for (int replicas : List.of(5, 2)) {
            cluster.kubectl("scale", "deployment/web", "--replicas=" + replicas).output();
            awaitReady(replicas);
            within(SOON, "the rest is gone", () -> assertEquals(replicas, webPods().size()));
        }
    }

    @Test
    @Order(6)
    void aDeletedPodIsReplaced() {
        String gone = webPods().iterator().next();
        cluster.kubectl("delete", gone).output();
        within(
                ROLLOUT,
                "another pod is ready",
                () -> {
                    Set<String> pods = webPods();
                    assertTrue(pods.size() == 2 && !pods.contains(gone), pods.toString());
                    assertEquals("2", readyReplicas());
                });
    }

    @Test
    @Order(7)
    void anUpdateReplacesEveryPodAndCanBeUndone() {
        String change =
                setting.isDocker()
                        ? "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"quilla-e2e/web:2\"}]"
                        : "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/command\",\"value\":%s}]"
                                .formatted(command(2));
        cluster.kubectl("patch", "deployment", "web", "--type=json", "-p", change).output();
        awaitRollout();
        within(SOON, "only the new release", () -> assertServed("release 2"));
        cluster.kubectl("rollout", "undo", "deployment/web").output();
        awaitRollout();
        within(SOON, "only the old release", () -> assertServed("release 1"));
    }

    @Test
    @Order(10)
    void aPodThatFitsNowhereSaysWhyAndRunsWhenItFits() {
        cluster.kubectlWith(Manifests.picky(image), "apply", "-f", "-").output();
        String why = ".status.conditions[?(@.type==\"PodScheduled\")].message";
        within(
                SOON,
                "the reason",
                () ->
                        assertTrue(
                                cluster.path("pod", "picky", why).startsWith("0/2 nodes"),
                                cluster.path("pod", "picky", why)));
        cluster.kubectl("label", "node", "worker-2", "disk=fast").output();
        within(
                ROLLOUT,
                "it runs",
                () -> assertEquals("Running", cluster.path("pod", "picky", ".status.phase")));
        assertEquals("worker-2", cluster.path("pod", "picky", ".spec.nodeName"));
        cluster.kubectl("delete", "pod", "picky").output();
    }

    @Test
    @Order(11)
    void mistakesAreNamed() {
        Command unknown =
                cluster.kubectlWith(
                        """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"dta":{}}
                        """,
                        "create",
                        "--validate=strict",
                        "-f",
                        "-");
        assertEquals(1, unknown.code());
        assertTrue(unknown.err().contains("unknown field \"dta\""), unknown.err());
        Command name = cluster.kubectl("create", "configmap", "Bad_Name");
        assertEquals(1, name.code());
        assertTrue(name.err().contains("metadata.name"), name.err());
    }

    @Test
    @Order(12)
    void theLeadingMasterMayDie() {
        ProcessHandle old = cluster.leader().orElseThrow();
        old.destroyForcibly();
        within(
                SOON,
                "another leads",
                () -> assertNotEquals(old.pid(), cluster.leader().orElseThrow().pid()));
        within(
                SOON,
                "writes go on",
                () -> cluster.kubectl("annotate", "deployment", "web", "note=after").output());
        cluster.kubectl("scale", "deployment/web", "--replicas=4").output();
        awaitReady(4);
        cluster.up();
        within(
                ROLLOUT,
                "three masters, caught up",
                () -> {
                    List<Long> applied = cluster.appliedIndexes();
                    assertEquals(3, applied.size());
                    long first = applied.stream().mapToLong(Long::longValue).min().orElseThrow();
                    long last = applied.stream().mapToLong(Long::longValue).max().orElseThrow();
                    assertTrue(last - first < 50, applied.toString());
                });
    }

    @Test
    @Order(13)
    void aWorkerMayDie() {
        cluster.worker("worker-1").destroyForcibly();
        within(SOON, "the service answers", () -> assertServed("release 1"));
        within(
                NODE_LOSS,
                "the node is not ready",
                () -> assertNotEquals("True", condition("node", "worker-1", "Ready")));
        within(SOON, "the service still answers", () -> assertServed("release 1"));
        cluster.up();
        within(
                ROLLOUT,
                "the node is ready again",
                () -> assertEquals("True", condition("node", "worker-1", "Ready")));
        awaitReady(4);
    }

    @Test
    @Order(14)
    void aStoppedClusterComesBackAsItWas() {
        cluster.down();
        cluster.up();
        awaitReady(4);
        assertEquals("after", cluster.path("deployment", "web", ".metadata.annotations.note"));
        within(SOON, "the service answers", () -> assertServed("release 1"));
    }

    @Test
    @Order(15)
    void whatIsDeletedIsGone() {
        cluster.kubectl("delete", "deployment,service,pod", "--all", "--timeout=60s").output();
        within(
                ROLLOUT,
                "no pod is left",
                () -> assertEquals("", cluster.kubectl("get", "pods", "-o", "name").output()));
    }

    private String web() throws IOException {
        return Manifests.web(image, command(1), servicePort);
    }

    /** What serves a release; without images the releases are directories of this machine. */
    private String command(int release) {
        if (setting.isDocker()) {
            return "[\"httpd\",\"-f\",\"-p\",\"8080\",\"-h\",\"/www\"]";
        }
        return "[\"busybox\",\"httpd\",\"-f\",\"-p\",\"$(POD_IP):8080\",\"-h\",\"%s\"]"
                .formatted(pages(release));
    }

    private Path pages(int release) {
        try {
            Path directory = cluster.directory().resolve("pages-" + release);
            if (!Files.exists(directory)) {
                Files.createDirectory(directory);
                Path page = directory.resolve("index.html");
                Files.writeString(page, "release " + release + "\n");
                temporary.addAll(List.of(directory, page));
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertServed(String page) throws IOException {
        String address = cluster.path("service", "web", ".spec.clusterIP") + ":" + servicePort;
        for (int i = 0; i < 10; i++) {
            assertEquals(page, Web.page(address));
        }
    }

    private Set<String> webPods() {
        return words(
                cluster.kubectl("get", "pods", "-l", "app=web", "-o", "name")
                        .output()
                        .replace('\n', ' '));
    }

    private String readyReplicas() {
        return cluster.path("deployment", "web", ".status.readyReplicas");
    }

    private void awaitReady(int replicas) {
        within(ROLLOUT, "pods", () -> assertEquals("" + replicas, readyReplicas()));
    }

    private void awaitRollout() {
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s").output();
    }

    private String condition(String type, String name, String condition) {
        return cluster.path(
                type, name, ".status.conditions[?(@.type==\"" + condition + "\")].status");
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(List.of(text.split(" +")));
    }
}
