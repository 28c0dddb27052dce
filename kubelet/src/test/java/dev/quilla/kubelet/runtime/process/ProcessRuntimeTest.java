package dev.quilla.kubelet.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerStats;
import dev.quilla.kubelet.runtime.ExecResult;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PullPolicy;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContract;
import dev.quilla.kubelet.runtime.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** As root, with namespaces. */
class ProcessRuntimeTest extends RuntimeContract {

    @Override
    protected ContainerRuntime open(Path directory) throws IOException {
        return ProcessRuntime.open(
                new ProcessConfig(
                        "test-" + ProcessHandle.current().pid(),
                        "node-1",
                        directory.resolve("sandboxes"),
                        true),
                InstantSource.system());
    }

    @Override
    protected String image() {
        return "host";
    }

    @Override
    protected String mountTarget() {
        return directory.resolve("mounted").toString();
    }

    @Test
    void nothingIsLeftInTheKernelsGroups() throws Exception {
        exit(run(shell("main", "true")));
        assertFalse(groups().isEmpty(), "it had one");
        runtime.removeSandbox(sandbox);
        ((ProcessRuntime) runtime).removeTraces();
        assertEquals(List.of(), groups());
    }

    /** Those of this process's runtimes, wherever they are mounted. */
    private static List<Path> groups() throws IOException {
        String owner = "test-" + ProcessHandle.current().pid() + "-node-1";
        try (Stream<Path> found =
                Files.find(
                        Path.of("/sys/fs/cgroup"),
                        3,
                        (path, facts) -> path.endsWith(Path.of("quilla", owner)))) {
            return found.toList();
        }
    }

    @Test
    void imagesOtherThanTheHostCannotBePulled() {
        assertEquals(Reason.IMAGE_PULL, refusal("nginx:1", PullPolicy.IF_NOT_PRESENT));
    }

    @Test
    void containersShareNameNetworkAndFiles() throws Exception {
        ContainerId server =
                run(shell("server", "exec busybox httpd -f -p 127.0.0.1:8090 -h /etc"));
        ContainerId client = run(shell("client", "hostname; cat /etc/hosts /etc/resolv.conf"));
        exit(client);

        String said = log(client, LogOptions.ALL);
        assertEquals(
                pod.name() + "\n127.0.0.1 localhost\n10.244.0.9 me\nnameserver 10.96.0.10\n", said);
        runtime.run(client(), List.of("true"), Duration.ofSeconds(5), 10);
        String hostname = Files.readString(Path.of("/etc/hostname"));
        String page =
                eventually(
                        () ->
                                runtime.run(
                                                client(),
                                                List.of(
                                                        "busybox",
                                                        "wget",
                                                        "-q",
                                                        "-O",
                                                        "-",
                                                        "http://127.0.0.1:8090/hostname"),
                                                Duration.ofSeconds(5),
                                                1000)
                                        .output(),
                        o -> o.equals(hostname));
        assertEquals(hostname, page);
        NetworkNamespace network = runtime.networkNamespace(sandbox);
        assertTrue(network instanceof NetworkNamespace.OfProcess, network.toString());
        try (SocketChannel channel =
                runtime.dial(sandbox, InetAddress.ofLiteral("10.244.0.9"), 8090)) {
            OutputStream out = Channels.newOutputStream(channel);
            out.write("GET /hostname HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            String answer = text(Channels.newInputStream(channel));
            assertTrue(answer.startsWith("HTTP/1"), answer);
        }
        assertTrue(find(server).running());
    }

    private ContainerId client() {
        var spec = shell("sleeper", "sleep 60");
        ContainerId id = runtime.create(sandbox, spec);
        runtime.start(id);
        return id;
    }

    @Test
    void aContainerSeesOnlyItsOwnProcesses() throws Exception {
        ContainerId id = run(shell("main", "ls -d /proc/[0-9]* | wc -l; cat /proc/1/comm"));
        exit(id);
        String said = log(id, LogOptions.ALL);
        assertTrue(said.endsWith("sh\n"), said);
        assertTrue(Integer.parseInt(said.lines().findFirst().orElseThrow().strip()) <= 4, said);
    }

    @Test
    void aMountMayHideWhatOthersAreMadeFrom() throws Exception {
        Path sources = Files.createDirectories(directory.resolve("sources"));
        Path cover = Files.createDirectories(sources.resolve("cover"));
        Path inner = Files.writeString(sources.resolve("inner"), "inside\n");
        // The directory itself is covered: the runtime's own files are below it, too.
        ContainerId id =
                runtime.create(
                        sandbox,
                        shell(
                                        "main",
                                        "cat "
                                                + directory
                                                + "/deep/inner; ls "
                                                + directory
                                                + "; exec sleep 60")
                                .withMounts(
                                        List.of(
                                                Mount.of(inner, directory + "/deep/inner", true),
                                                Mount.of(cover, directory.toString(), false))));
        runtime.start(id);
        ExecResult result =
                runtime.run(
                        id, List.of("cat", directory + "/deep/inner"), Duration.ofSeconds(5), 100);
        assertEquals("inside\n", result.output());
        String said = eventually(() -> log(id, LogOptions.ALL), text -> text.endsWith("deep\n"));
        assertEquals("inside\ndeep\n", said);
    }

    @Test
    void aContainerBeyondItsMemoryIsKilled() throws Exception {
        ContainerId id =
                run(
                        shell("main", "exec busybox dd if=/dev/zero of=/dev/null bs=200M count=1")
                                .withResources(Resources.of(100, 0, 16 << 20)));
        RunState.Exited exited = exit(id);
        assertEquals(RunState.Exited.OOM_KILLED, exited.reason());
        assertEquals(137, exited.exitCode());
    }

    @Test
    void inputGoesToTheProgramAndEndsOnce() throws Exception {
        ContainerId id =
                run(
                        shell("main", "cat; echo over; exit 4")
                                .withTerminal(new Terminal(false, true, true)));
        try (ExecSession session = runtime.attach(id)) {
            session.stdin().write("words\n".getBytes(StandardCharsets.UTF_8));
            session.stdin().close();
            assertEquals("words\nover\n", text(session.stdout()));
            assertEquals(4, session.waitFor());
        }
    }

    @Test
    void aContainerCanHaveATerminal() throws Exception {
        ContainerId id =
                run(
                        shell("main", "tty; read word; stty size; exit 3")
                                .withTerminal(new Terminal(true, true, false)));
        eventually(() -> log(id, LogOptions.ALL), l -> l.contains("/dev/pts/"));
        try (ExecSession session = runtime.attach(id)) {
            session.resize(77, 22);
            session.stdin().write("x\n".getBytes(StandardCharsets.UTF_8));
            session.stdin().flush();
            String said = text(session.stdout());
            assertTrue(said.contains("22 77"), said);
            assertEquals(3, session.waitFor());
        }
    }

    @Test
    void tellsWhatItUses() throws Exception {
        ContainerId id = run(shell("main", "i=0; while :; do i=$((i+1)); done"));
        ContainerStats stats = eventually(() -> runtime.stats(id), s -> s.cpuNanos() > 1_000_000);
        assertTrue(stats.memoryUsageBytes() > 0, stats.toString());
    }

    @Test
    void killingAContainerKillsAllItStarted() throws Exception {
        String mark = "31" + ProcessHandle.current().pid();
        ContainerId id = run(shell("main", "sleep " + mark + " & sleep " + mark + "1"));
        eventually(() -> count("sleep " + mark), n -> n >= 2);
        runtime.kill(id);
        eventually(() -> count("sleep " + mark), n -> n == 0);
    }

    private static long count(String command) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(command))
                .filter(p -> !p.info().commandLine().orElse("").contains("/bin/sh"))
                .count();
    }

    @Test
    void aPodCanUseTheMachinesNetwork() throws Exception {
        ExecResult result;
        var other =
                runtime.createSandbox(
                        dev.quilla.kubelet.runtime.SandboxSpec.of(
                                        new dev.quilla.kubelet.runtime.PodKey(
                                                "22222222-0000-0000-0000-000000000000",
                                                "default",
                                                "host"),
                                        "")
                                .inHostNetwork());
        runtime.startSandbox(other);
        try {
            ContainerId id = runtime.create(other, shell("main", "sleep 60"));
            runtime.start(id);
            result = runtime.run(id, List.of("hostname"), Duration.ofSeconds(5), 100);
        } finally {
            runtime.removeSandbox(other);
        }
        assertEquals(Files.readString(Path.of("/proc/sys/kernel/hostname")), result.output());
    }
}
