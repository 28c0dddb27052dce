package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What people do with kubectl to what runs, and to nodes. In a namespace of its own, on a cluster
 * that others use too.
 */
final class KubectlWorkloads {

    private static final String NAMESPACE = "workloads";

    /** The first process of a container is only ended by signals that it handles. */
    private static final String GIVES_IN = "trap 'exit 0' TERM; while :; do sleep 0.2; done";

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Kubectl kubectl;
    private final Path folder;

    KubectlWorkloads(TestCluster cluster, Path folder) {
        this.kubectl = new Kubectl(cluster, NAMESPACE);
        this.folder = folder;
    }

    void runsAndReadsWhatIsSaid() {
        kubectl.says("namespace/workloads created", "create", "namespace", NAMESPACE);
        String[] cat = "run cat -i --rm --image=host --restart=Never -- cat".split(" ");
        String echoed = kubectl.runWith(Map.of(), "from here\n", cat).output();
        assertTrue(echoed.contains("from here") && echoed.endsWith("pod \"cat\" deleted"), echoed);
        kubectl.says(
                "pod/hello created",
                "run",
                "hello",
                "--image=host",
                "--restart=Never",
                "--",
                "echo",
                "hello");
        kubectl.says(
                "pod/hello condition met",
                "wait",
                "--for=jsonpath={.status.phase}=Succeeded",
                "pod/hello",
                "--timeout=30s");
        kubectl.says("hello", "logs", "hello");
        kubectl.says("[pod/hello/hello] hello", "logs", "hello", "--prefix", "--tail=1");
        kubectl.fails(
                "previous terminated container \"hello\" in pod \"hello\" not found",
                "logs",
                "hello",
                "--previous");
        kubectl.fails(
                "container nobody is not valid for pod hello", "logs", "hello", "-c", "nobody");
        kubectl.fails("timed out waiting", "wait", "--for=delete", "pod/hello", "--timeout=1s");
        kubectl.says("pod \"hello\" deleted", "delete", "pod", "hello");
        kubectl.fails("pods \"hello\" not found", "delete", "pod", "hello");
    }

    void looksIntoPodsThatRun() {
        kubectl.says(
                "pod/seen created",
                "run",
                "seen",
                "--image=host",
                "--labels=app=seen",
                "--",
                "sleep",
                "600");
        kubectl.output("wait", "--for=condition=Ready", "pod/seen", "--timeout=30s");
        assertEquals(4, kubectl.run("exec", "seen", "--", "sh", "-c", "exit 4").code());
        kubectl.fails("is not valid for pod seen", "exec", "seen", "-c", "nobody", "--", "true");
        kubectl.output(
                "debug",
                "seen",
                "--image=host",
                "--profile=general",
                "--container=look",
                "--",
                "echo",
                "looked");
        String state =
                "jsonpath={.status.ephemeralContainerStatuses[?(@.name==\"look\")].state.terminated.reason}";
        Eventually.within(
                SOON,
                "the container that looks has ended",
                () -> kubectl.says("Completed", "get", "pod", "seen", "-o", state));
        kubectl.says("looked", "logs", "seen", "-c", "look");
        assertTrue(kubectl.output("describe", "pod", "seen").contains("Ephemeral Containers:"));
        assertTrue(kubectl.output("events", "--for", "pod/seen").contains("Scheduled"));
        kubectl.says(
                "seen Running",
                "get",
                "pods",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name} {.status.phase}{end}");
        kubectl.says("NAME\nseen", "get", "pods", "-o", "custom-columns=NAME:.metadata.name");
        kubectl.says(
                "pod/seen", "get", "pods", "--field-selector=status.phase=Running", "-o", "name");
        kubectl.fails(
                "field label not supported: bogus", "get", "pods", "--field-selector=bogus=1");
    }

    void copiesFiles() throws IOException {
        Path sent = Files.writeString(folder.resolve("sent"), "a file\n");
        kubectl.output("cp", sent.toString(), "seen:/tmp/quilla-e2e-sent");
        kubectl.says("a file", "exec", "seen", "--", "cat", "/tmp/quilla-e2e-sent");
        Path back = folder.resolve("back");
        kubectl.output("cp", "seen:/tmp/quilla-e2e-sent", back.toString());
        assertEquals("a file\n", Files.readString(back));
        kubectl.output("exec", "seen", "--", "rm", "/tmp/quilla-e2e-sent");
    }

    void rollsOutAndBack() {
        kubectl.says(
                "deployment.apps/app created",
                "create",
                "deployment",
                "app",
                "--image=host",
                "--",
                "sh",
                "-c",
                GIVES_IN);
        rolledOut();
        kubectl.says("deployment.apps/app env updated", "set", "env", "deploy/app", "A=B");
        rolledOut();
        kubectl.says("# Deployment app, container host\nA=B", "set", "env", "deploy/app", "--list");
        kubectl.fails("unable to find container", "set", "image", "deploy/app", "nobody=host");
        kubectl.says("deployment.apps/app paused", "rollout", "pause", "deploy/app");
        kubectl.fails("rollback a paused deployment", "rollout", "undo", "deploy/app");
        kubectl.says("deployment.apps/app resumed", "rollout", "resume", "deploy/app");
        kubectl.says("deployment.apps/app rolled back", "rollout", "undo", "deploy/app");
        rolledOut();
        List<String> history = kubectl.output("rollout", "history", "deploy/app").lines().toList();
        assertEquals(
                List.of("2", "3"), history.stream().skip(2).map(l -> l.split(" ")[0]).toList());
        kubectl.fails(
                "Expected replicas to be 9",
                "scale",
                "deploy/app",
                "--current-replicas=9",
                "--replicas=1");
        kubectl.says("deployment.apps/app scaled", "scale", "deploy/app", "--replicas=2");
        rolledOut();
    }

    private void rolledOut() {
        kubectl.output("rollout", "status", "deploy/app", "--timeout=60s");
    }

    void emptiesNodes() {
        kubectl.says("node/worker-2 cordoned", "cordon", "worker-2");
        kubectl.fails(
                "declare no controller",
                "drain",
                "worker-2",
                "worker-1",
                "--pod-selector=app=seen");
        kubectl.output(
                "drain",
                "worker-1",
                "worker-2",
                "--pod-selector=app=seen",
                "--force",
                "--grace-period=1",
                "--timeout=60s");
        kubectl.fails("pods \"seen\" not found", "get", "pod", "seen");
        kubectl.output("uncordon", "worker-1", "worker-2");
        kubectl.says("node/worker-2 tainted", "taint", "node", "worker-2", "k=v:PreferNoSchedule");
        kubectl.fails("already has k taint", "taint", "node", "worker-2", "k=v:PreferNoSchedule");
        kubectl.says("node/worker-2 untainted", "taint", "node", "worker-2", "k-");
        kubectl.says(
                "deployment.apps \"app\" deleted",
                "delete",
                "deploy",
                "app",
                "--cascade=foreground");
        kubectl.says("", "get", "pods", "-o", "name");
        kubectl.says("namespace \"workloads\" deleted", "delete", "namespace", NAMESPACE);
    }
}
