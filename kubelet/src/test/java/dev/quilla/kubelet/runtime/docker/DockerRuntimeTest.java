package dev.quilla.kubelet.runtime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerStats;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PullPolicy;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContract;
import dev.quilla.kubelet.runtime.Terminal;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the machine's own daemon; its absence is a failure. */
class DockerRuntimeTest extends RuntimeContract {

    @TempDir static Path shared;

    @BeforeAll
    static void image_() throws Exception {
        assertTrue(DockerRuntime.answers(DockerConfig.DEFAULT_HOST), "no Docker daemon answers");
        BusyboxImage.ensure(shared);
    }

    @Override
    protected ContainerRuntime open(Path directory) {
        return open(directory, "node-1");
    }

    private static ContainerRuntime open(Path directory, String node) {
        return DockerRuntime.open(
                new DockerConfig(
                        DockerConfig.DEFAULT_HOST,
                        "test-" + ProcessHandle.current().pid(),
                        node,
                        directory.resolve("sandboxes")),
                InstantSource.system());
    }

    @Override
    protected String image() {
        return BusyboxImage.NAME;
    }

    @Override
    protected String mountTarget() {
        return "/data";
    }

    @Test
    void aDaemonThatIsNotThereDoesNotAnswer() {
        assertFalse(DockerRuntime.answers(URI.create("unix:///nowhere/docker.sock")));
        assertEquals("docker", runtime.info().name());
    }

    @Test
    void anotherNodeOfTheDaemonSeesNothing() {
        runtime.create(sandbox, shell("main", "sleep 60"));
        try (ContainerRuntime other = open(directory, "node-2")) {
            assertTrue(other.list().sandboxes().isEmpty());
            assertTrue(other.list().containers().isEmpty());
        }
    }

    @Test
    void containersOfAPodShareNetworkNameAndFiles() throws Exception {
        run(shell("server", "echo hello | nc -l -p 7000; sleep 60"));
        ContainerId client =
                run(
                        shell(
                                "client",
                                "hostname; head -1 /etc/resolv.conf; cat /etc/hosts;"
                                        + " until nc 127.0.0.1 7000; do sleep 0.1; done"));
        exit(client);
        assertEquals(
                pod.name() + "\nnameserver 10.96.0.10\n127.0.0.1 localhost\n10.244.0.9 me\nhello\n",
                log(client, LogOptions.ALL).replaceAll("nc: .*\n", ""));
    }

    @Test
    void dialsIntoThePod() throws Exception {
        ContainerId server = run(shell("server", "echo hello | nc -l -p 7001; sleep 60"));
        assertInstanceOf(NetworkNamespace.OfProcess.class, runtime.networkNamespace(sandbox));
        SocketChannel channel =
                eventually(
                        () -> {
                            try {
                                return runtime.dial(
                                        sandbox, InetAddress.ofLiteral("192.0.2.254"), 7001);
                            } catch (java.net.ConnectException _) {
                                return null;
                            }
                        },
                        c -> c != null);
        try (channel) {
            assertEquals("hello\n", text(Channels.newInputStream(channel)));
        }
        assertTrue(find(server).running());
    }

    /**
     * The container is a second old when it takes too much: with the first version of cgroups
     * Docker never tells of some kills in a container's first moments.
     */
    @Test
    void memoryLimitKills() throws Exception {
        Resources little = Resources.of(50, 500, 8 << 20);
        String script = "sleep 1; dd if=/dev/zero of=/dev/null bs=64M count=1; exit $?";
        ContainerId id = run(shell("main", script).withResources(little));
        RunState.Exited exited = exit(id);
        assertEquals(RunState.Exited.OOM_KILLED, exited.reason(), exited.toString());
    }

    @Test
    void tellsWhatAContainerUses() {
        ContainerId id = run(shell("main", "sleep 60"));
        ContainerStats stats = runtime.stats(id);
        assertTrue(stats.memoryUsageBytes() > 0, stats.toString());
        assertTrue(stats.memoryWorkingSetBytes() <= stats.memoryUsageBytes());
    }

    @Test
    void attachesToTheContainersOwnInput() throws Exception {
        ContainerId id =
                run(shell("main", "cat; echo over").withTerminal(new Terminal(false, true, true)));
        try (ExecSession session = runtime.attach(id)) {
            OutputStream in = session.stdin();
            in.write("typed\n".getBytes(StandardCharsets.UTF_8));
            in.close();
            assertEquals("typed\nover\n", text(session.stdout()));
            assertEquals(0, session.waitFor());
        }
    }

    @Test
    void whatCannotBePulledSaysSo() {
        assertEquals(
                Reason.IMAGE_PULL,
                refusal("127.0.0.1:1/nosuch/image:1", PullPolicy.IF_NOT_PRESENT));
    }
}
