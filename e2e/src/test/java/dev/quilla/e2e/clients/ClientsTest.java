package dev.quilla.e2e.clients;

import dev.quilla.e2e.Command;
import dev.quilla.e2e.Setting;
import dev.quilla.e2e.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people write programs with works as it is. All on one small cluster. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClientsTest {

    private static final String POD = "web";

    @TempDir private static Path folder;

    private static Optional<TestCluster> running = Optional.empty();
    private static Optional<Fabric8Client> fabric8 = Optional.empty();
    private static Optional<OfficialJavaClient> official = Optional.empty();

    @BeforeAll
    static void up() throws IOException {
        Files.writeString(folder.resolve("index.html"), "page\n");
        TestCluster cluster =
                TestCluster.start(Setting.CLIENTS, "--masters", "1", "--workers", "1");
        running = Optional.of(cluster);
        List<String> namespaces = List.of("fabric8", "official", "python");
        for (String namespace : namespaces) {
            cluster.kubectl("create", "namespace", namespace).output();
            cluster.kubectlWith(pod(), "apply", "-n", namespace, "-f", "-").output();
        }
        for (String namespace : namespaces) {
            cluster.kubectl(
                            "wait",
                            "-n",
                            namespace,
                            "--for=condition=Ready",
                            "pod/" + POD,
                            "--timeout=60s")
                    .output();
        }
        fabric8 = Optional.of(Fabric8Client.of(kubeconfig(), "fabric8", POD));
        official = Optional.of(OfficialJavaClient.of(kubeconfig(), "official", POD));
    }

    @AfterAll
    static void down() {
        fabric8.ifPresent(Fabric8Client::close);
        running.ifPresent(TestCluster::close);
    }

    private static Path kubeconfig() {
        return running.orElseThrow().directory().resolve("kubeconfig");
    }

    private static String pod() {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: server
            image: host
            command: [sh, -c, "echo hello; exec busybox httpd -f -p $POD_IP:8080 -h %s"]
            env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
            readinessProbe: {httpGet: {path: /index.html, port: 8080}, periodSeconds: 1}
        """
                .formatted(POD, folder);
    }

    private static String boats(String group) {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: boats.%1$s}
        spec:
          group: %1$s
          scope: Namespaced
          names: {plural: boats, kind: Boat}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {scale: {specReplicasPath: .spec.crew, statusReplicasPath: .status.crew}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties: {color: {type: string}, crew: {type: integer}}
                  status: {type: object, properties: {crew: {type: integer}}}
        """
                .formatted(group);
    }

    @Test
    void fabric8MakesReadsChangesAndDeletes() {
        fabric8.orElseThrow().makesReadsChangesAndDeletes();
    }

    @Test
    void fabric8AppliesOnTheServer() {
        fabric8.orElseThrow().appliesOnTheServer();
    }

    @Test
    void fabric8WatchesAndInforms() throws InterruptedException {
        fabric8.orElseThrow().watchesAndInforms();
    }

    @Test
    void fabric8ReadsLogsAndRunsPrograms() throws Exception {
        fabric8.orElseThrow().readsLogsAndRunsPrograms();
    }

    @Test
    void fabric8ForwardsPorts() throws IOException {
        fabric8.orElseThrow().forwardsPorts();
    }

    @Test
    void fabric8DefinesKinds() {
        fabric8.orElseThrow().definesKinds(boats("fabric8.example.com"));
    }

    @Test
    void fabric8ElectsLeaders() throws Exception {
        fabric8.orElseThrow().electsLeaders();
    }

    @Test
    void theOfficialJavaClientMakesReadsChangesAndDeletes() throws Exception {
        official.orElseThrow().makesReadsChangesAndDeletes();
    }

    @Test
    void theOfficialJavaClientWatches() throws Exception {
        official.orElseThrow().watches();
    }

    @Test
    void theOfficialJavaClientInforms() throws Exception {
        official.orElseThrow().informs();
    }

    @Test
    void theOfficialJavaClientReadsLogsAndRunsPrograms() throws Exception {
        official.orElseThrow().readsLogsAndRunsPrograms();
    }

    @Test
    void theOfficialJavaClientForwardsPorts() throws Exception {
        official.orElseThrow().forwardsPorts();
    }

    @Test
    void theOfficialJavaClientDefinesKinds() throws Exception {
        official.orElseThrow().definesKinds(boats("official.example.com"));
    }

    /** Which needs an environment of its own, made for this test from Python's package index. */
    @Test
    @Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theOfficialPythonClientDoesAllOfThat() throws IOException {
        Path python = folder.resolve("python/bin/python");
        Command.run(Map.of(), List.of("python3", "-m", "venv", folder.resolve("python").toString()))
                .output();
        Command.run(
                        Map.of(),
                        List.of(
                                python.toString(),
                                "-m",
                                "pip",
                                "install",
                                "--quiet",
                                "--disable-pip-version-check",
                                "kubernetes==37.0.2"))
                .output();
        Path script = folder.resolve("official.py");
        try (InputStream in = ClientsTest.class.getResourceAsStream("official.py")) {
            Files.write(script, java.util.Objects.requireNonNull(in).readAllBytes());
        }
        Command.run(
                        Map.of("PYTHONDONTWRITEBYTECODE", "1"),
                        List.of(
                                python.toString(),
                                script.toString(),
                                kubeconfig().toString(),
                                "python",
                                POD))
                .output();
    }
}
