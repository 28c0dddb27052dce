package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sample plugins in a running cluster, none of whose processes is restarted. */
class PluginsTest {

    private static final Duration SOON = Duration.ofSeconds(40);

    private static Optional<TestCluster> running = Optional.empty();

    @BeforeAll
    static void up() throws IOException {
        running = Optional.of(TestCluster.start(new Setting("process", "loopback", 29443)));
    }

    @AfterAll
    static void down() {
        running.ifPresent(TestCluster::close);
    }

    private static TestCluster cluster() {
        return running.orElseThrow();
    }

    /** By the command that people use; it returns when the nodes have loaded the plugin. */
    private static void install(String plugin, String... config) throws IOException {
        List<String> words = new ArrayList<>(List.of("install", SamplePlugin.jar(plugin)));
        for (String setting : config) {
            words.addAll(List.of("--config", setting));
        }
        cluster().quilla("plugin", words.toArray(String[]::new)).output();
    }

    private static void remove(String plugin) {
        cluster().quilla("plugin", "remove", plugin).output();
    }

    private static void apply(String manifest) {
        cluster().kubectlWith(manifest, "apply", "-f", "-").output();
    }

    @Test
    void aPolicyDecidesFromItsInstallationToItsRemoval() throws Exception {
        install("label-policy", "label=rack", "prefer=r2");
        within(
                "loaded by the scheduler",
                () ->
                        assertTrue(
                                cluster()
                                        .path(
                                                "plugin",
                                                "label-policy",
                                                ".status.nodes[*].extensions[0]")
                                        .contains("node-label")));
        apply(sleeper("picky"));
        within(
                "the policy's reason",
                () -> {
                    String message =
                            cluster().path("pod", "picky", ".status.conditions[0].message");
                    assertTrue(message.contains("2 node(s) without the label rack"), message);
                });
        cluster().kubectl("label", "node", "worker-2", "rack=r2").output();
        within(
                "placed on worker-2",
                () -> assertEquals("worker-2", cluster().path("pod", "picky", ".spec.nodeName")));
        cluster().kubectl("label", "node", "worker-2", "rack-").output();
        apply(sleeper("waiting"));
        within(
                "waits",
                () ->
                        assertEquals(
                                "Unschedulable",
                                cluster().path("pod", "waiting", ".status.conditions[0].reason")));
        remove("label-policy");
        within(
                "placed without the policy",
                () -> assertTrue(!cluster().path("pod", "waiting", ".spec.nodeName").isEmpty()));
    }

    @Test
    void aHealthCheckDecidesWhetherAPodIsReady() throws Exception {
        apply(
                web("checked", "8181")
                        .formatted(
                                "health.quilla.dev/web.readiness: '{\"plugin\":\"banner\","
                                        + "\"params\":{\"port\":\"8181\","
                                        + "\"send\":\"GET / HTTP/1.0\\r\\n\","
                                        + "\"expect\":\"HTTP/1.1 200\"},\"periodSeconds\":1}'"));
        within(
                "says that the check is missing",
                () ->
                        assertTrue(
                                cluster()
                                        .kubectl("describe", "pod", "checked")
                                        .output()
                                        .contains(
                                                "no plugin on this node brings the health check"
                                                        + " banner")));
        install("banner-check");
        within(
                "ready",
                () ->
                        assertEquals(
                                "true",
                                cluster()
                                        .path(
                                                "pod",
                                                "checked",
                                                ".status.containerStatuses[0].ready")));
        remove("banner-check");
        within(
                "unready without the check",
                () ->
                        assertEquals(
                                "false",
                                cluster()
                                        .path(
                                                "pod",
                                                "checked",
                                                ".status.containerStatuses[0].ready")));
    }

    @Test
    void anAnnotationThatCannotBeReadIsRefused() {
        Command refused =
                cluster()
                        .kubectlWith(
                                web("bad", "8182")
                                        .formatted(
                                                "health.quilla.dev/web.readiness: '{\"plugin\":}'"),
                                "apply",
                                "-f",
                                "-");
        assertEquals(1, refused.code());
        assertTrue(
                refused.err().contains("metadata.annotations[health.quilla.dev/web.readiness]"),
                refused.err());
    }

    @Test
    void aNetworkProxyServesWhereTheNodesSaySo() throws Exception {
        apply(web("served", "8183").formatted("example.com/none: ''"));
        cluster().kubectl("expose", "pod", "served", "--port=80", "--target-port=8183").output();
        String service = cluster().path("service", "served", ".spec.clusterIP") + ":80";
        within("served by the usual proxy", () -> assertEquals("hello", Web.page(service)));
        cluster().kubectl("label", "nodes", "--all", "quilla.dev/network-proxy=counting").output();
        install("counting-proxy");
        within(
                "served and counted by the plugin",
                () -> {
                    assertEquals("hello", Web.page(service));
                    assertTrue(logs().contains("to default/served"), "counted");
                });
        remove("counting-proxy");
        within(
                "served by the usual proxy again",
                () -> {
                    assertTrue(logs().contains("no plugin brings the network proxy counting"));
                    assertEquals("hello", Web.page(service));
                });
    }

    private static String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String worker : new String[] {"worker-1", "worker-2"}) {
            all.append(Files.readString(cluster().directory().resolve("logs/" + worker + ".log")));
        }
        return all.toString();
    }

    private static void within(String what, Eventually.Attempt attempt) {
        Eventually.within(SOON, what, attempt);
    }

    private static String sleeper(String name) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          terminationGracePeriodSeconds: 1
          containers: [{name: c, image: host, command: [sleep, "3600"]}]
        """
                .formatted(name);
    }

    /** A web server that says hello; the manifest has room for an annotation. */
    private static String web(String name, String port) {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: NAME
          labels: {app: NAME}
          annotations:
            %s
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: web
            image: host
            command: [sh, -c, "mkdir -p www && echo hello > www/index.html && exec busybox httpd -f -p $POD_IP:PORT -h www"]
            env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
        """
                .replace("NAME", name)
                .replace("PORT", port);
    }
}
