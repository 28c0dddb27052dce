package dev.quilla.kubelet.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runtime promises, asked of a real one. */
public abstract class RuntimeContract {

    private static final Duration GRACE = Duration.ofSeconds(5);

    @TempDir protected Path directory;
    protected ContainerRuntime runtime;
    protected final PodKey pod =
            new PodKey(UUID.randomUUID().toString(), "default", "pod-" + System.nanoTime());
    private final BlockingQueue<RuntimeEvent> events = new LinkedBlockingQueue<>();
    protected SandboxId sandbox;

    /** Opens the runtime; a second one opened on the same place sees the same containers. */
    protected abstract ContainerRuntime open(Path directory) throws IOException;

    /** An image that has a shell. */
    protected abstract String image();

    @BeforeEach
    void start() throws IOException {
        runtime = open(directory);
        runtime.events(events::add);
        sandbox = runtime.createSandbox(SandboxSpec.of(pod, "nameserver 10.96.0.10\n"));
        runtime.startSandbox(sandbox);
        runtime.writeHosts(sandbox, "127.0.0.1 localhost\n10.244.0.9 me\n");
    }

    @AfterEach
    void stop() {
        runtime.removeSandbox(sandbox);
        assertTrue(runtime.list().of(pod.uid()).containers().isEmpty());
        assertTrue(runtime.list().of(pod.uid()).sandboxes().isEmpty());
        runtime.close();
    }

    protected final ContainerSpec shell(String name, String script) {
        Image found = runtime.ensureImage(image(), PullPolicy.IF_NOT_PRESENT, List.of());
        return ContainerSpec.of(name, found, List.of("/bin/sh", "-c", script));
    }

    protected final ContainerId run(ContainerSpec spec) {
        ContainerId id = runtime.create(sandbox, spec);
        runtime.start(id);
        return id;
    }

    protected final RuntimeContainer find(ContainerId id) {
        return runtime.list().containers().stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Waits for the container's end, by events, with a look now and then. */
    protected final RunState.Exited exit(ContainerId id) throws InterruptedException {
        for (int i = 0; i < 60; i++) {
            if (find(id).state() instanceof RunState.Exited exited) {
                return exited;
            }
            events.poll(500, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("container " + id + " has not ended: " + find(id));
    }

    protected final String log(ContainerId id, LogOptions options) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogStream log = runtime.logs(id, options)) {
            Logs.copy(log, options, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Asks until the answer is right: the program needs a moment. */
    protected static <T> T eventually(java.util.concurrent.Callable<T> question, Predicate<T> right)
            throws Exception {
        Instant end = Instant.now().plusSeconds(20);
        T answer = question.call();
        while (!right.test(answer) && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
            answer = question.call();
        }
        T last = answer;
        assertTrue(right.test(last), () -> "still " + last);
        return last;
    }

    @Test
    void findsWhatItMade() {
        ContainerSpec spec = shell("main", "sleep 60").withAttempt(3);
        ContainerId id = runtime.create(sandbox, spec);

        RuntimeContainer made = find(id);
        assertEquals("main", made.name());
        assertEquals(3, made.attempt());
        assertEquals(image(), made.image());
        assertEquals(pod, made.pod());
        assertEquals(sandbox, made.sandbox());
        assertInstanceOf(RunState.Created.class, made.state());
        assertEquals(id, runtime.create(sandbox, spec), "making it again gives the same");

        Sandbox found = runtime.list().of(pod.uid()).sandboxes().getFirst();
        assertEquals(sandbox, found.id());
        assertEquals(Sandbox.State.READY, found.state());
    }

    @Test
    void tellsHowAProgramEnded() throws Exception {
        ContainerId id = run(shell("main", "echo out; echo err >&2; exit 7"));

        RunState.Exited exited = exit(id);
        assertEquals(7, exited.exitCode());
        assertEquals(RunState.Exited.ERROR, exited.reason());
        assertFalse(exited.finishedAt().isBefore(exited.startedAt()));
        String log = eventually(() -> log(id, LogOptions.ALL), l -> l.length() == 8);
        assertTrue(log.contains("out\n") && log.contains("err\n"), log);
    }

    @Test
    void passesEnvironmentAndArgumentsUnchanged() throws Exception {
        ContainerSpec spec =
                shell(
                                "main",
                                "printf '%s|%s|' \"$GREETING\" \"$0\"; tr '\\0' '\\n' < /proc/$$/environ | grep dotted")
                        .withEnvironment(
                                Map.of("GREETING", "a 'b' \"c\" $d\\e", "dotted.name", "x"));
        ContainerId id = run(spec);

        exit(id);
        assertEquals("a 'b' \"c\" $d\\e|/bin/sh|dotted.name=x\n", log(id, LogOptions.ALL));
    }

    @Test
    void stopsByAskingFirst() throws Exception {
        ContainerId id =
                run(
                        shell(
                                "main",
                                "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.1; done"));
        eventually(() -> log(id, LogOptions.ALL), l -> l.contains("up"));

        runtime.stop(id, GRACE);

        assertEquals(3, exit(id).exitCode());
        assertTrue(log(id, LogOptions.ALL).contains("bye"));
        runtime.stop(id, GRACE);
        runtime.kill(id);
    }

    @Test
    void killsWhatDoesNotStop() throws Exception {
        ContainerId id = run(shell("main", "trap '' TERM; echo up; while :; do sleep 0.1; done"));
        eventually(() -> log(id, LogOptions.ALL), l -> l.contains("up"));

        runtime.stop(id, Duration.ofSeconds(1));

        assertEquals(137, exit(id).exitCode());
    }

    @Test
    void containersLiveOnWithoutTheKubelet() throws Exception {
        ContainerId id =
                run(shell("main", "while :; do sleep 0.2; [ -e /tmp/never ] && exit; done"));
        runtime.close();

        runtime = open(directory);
        runtime.events(events::add);

        assertTrue(find(id).running());
        runtime.stop(id, Duration.ZERO);
        assertEquals(137, exit(id).exitCode());
    }

    @Test
    void endOfInputIsPassedOnAndOutputGoesOn() throws Exception {
        ContainerId id = run(shell("main", "sleep 60"));
        ExecSpec spec =
                new ExecSpec(
                        List.of("/bin/sh", "-c", "cat; echo end; echo err >&2; exit 5"),
                        false,
                        true);
        try (ExecSession session = runtime.exec(id, spec)) {
            session.stdin().write("hello ".getBytes(StandardCharsets.UTF_8));
            session.stdin().flush();
            session.stdin().close();
            assertEquals("hello end\n", text(session.stdout()));
            assertEquals("err\n", text(session.stderr()));
            assertEquals(5, session.waitFor());
        }
    }

    @Test
    void execWithoutInputReadsTheEndAtOnce() throws Exception {
        ContainerId id = run(shell("main", "sleep 60"));

        ExecResult result =
                runtime.run(id, List.of("/bin/sh", "-c", "cat; echo done"), GRACE, 1000);

        assertEquals(new ExecResult(0, "done\n", false), result);
    }

    @Test
    void shortRunsAreCutInTimeAndOutput() throws Exception {
        ContainerId id = run(shell("main", "sleep 60"));

        assertTrue(runtime.run(id, List.of("sleep", "30"), Duration.ofMillis(300), 10).timedOut());
        ExecResult cut =
                runtime.run(id, List.of("/bin/sh", "-c", "echo 123456789; exit 4"), GRACE, 4);
        assertEquals(new ExecResult(4, "1234", false), cut);
    }

    @Test
    void execOnATerminal() throws Exception {
        ContainerId id = run(shell("main", "sleep 60"));
        ExecSpec spec =
                new ExecSpec(
                        List.of("/bin/sh", "-c", "read line; stty size; echo got $line; exit 6"),
                        true,
                        true);
        try (ExecSession session = runtime.exec(id, spec)) {
            session.resize(99, 33);
            session.stdin().write("word\n".getBytes(StandardCharsets.UTF_8));
            session.stdin().flush();
            String said = text(session.stdout());
            assertTrue(said.contains("33 99"), said);
            assertTrue(said.contains("got word"), said);
            assertEquals(6, session.waitFor());
        }
    }

    @Test
    void logsByTailTimeAndLimit() throws Exception {
        Instant before = Instant.now().minusSeconds(2);
        ContainerId id = run(shell("main", "for i in 1 2 3 4 5; do echo line $i; done"));
        exit(id);
        eventually(() -> log(id, LogOptions.ALL), l -> l.endsWith("line 5\n"));

        assertEquals("line 4\nline 5\n", log(id, tail(2)));
        assertEquals("", log(id, tail(0)));
        LogOptions limited =
                new LogOptions(
                        false,
                        OptionalLong.empty(),
                        Optional.of(before),
                        OptionalLong.of(9),
                        false);
        assertEquals("line 1\nli", log(id, limited));
        LogOptions later =
                new LogOptions(
                        false,
                        OptionalLong.empty(),
                        Optional.of(Instant.now().plusSeconds(60)),
                        OptionalLong.empty(),
                        false);
        assertEquals("", log(id, later));
        LogOptions stamped =
                new LogOptions(
                        false, OptionalLong.of(1), Optional.empty(), OptionalLong.empty(), true);
        String[] words = log(id, stamped).split(" ", 2);
        assertEquals("line 5\n", words[1]);
        Instant written = Instant.parse(words[0]);
        assertTrue(written.isAfter(before) && written.isBefore(Instant.now().plusSeconds(2)));
    }

    private static LogOptions tail(long lines) {
        return new LogOptions(
                false, OptionalLong.of(lines), Optional.empty(), OptionalLong.empty(), false);
    }

    @Test
    void followingALogEndsWithTheContainer() throws Exception {
        ContainerId id = run(shell("main", "echo first; sleep 1; echo second"));
        LogOptions follow =
                new LogOptions(
                        true, OptionalLong.empty(), Optional.empty(), OptionalLong.empty(), false);

        assertEquals("first\nsecond\n", log(id, follow));
    }

    @Test
    void aProgramThatIsNotThereCannotRun() throws Exception {
        Image found = runtime.ensureImage(image(), PullPolicy.IF_NOT_PRESENT, List.of());
        ContainerId id =
                runtime.create(
                        sandbox, ContainerSpec.of("main", found, List.of("no-such-program")));

        ContainerRuntimeException refused =
                assertThrows(ContainerRuntimeException.class, () -> runtime.start(id));

        assertEquals(Reason.RUN_CONTAINER, refused.reason());
        assertTrue(refused.getMessage().contains("no-such-program"), refused.getMessage());
        assertEquals(RunState.Exited.CANNOT_RUN, exit(id).reason());
    }

    @Test
    void eventsNameThePod() throws Exception {
        run(shell("main", "exit 0"));

        RuntimeEvent event = events.poll(20, TimeUnit.SECONDS);
        assertEquals(new RuntimeEvent.PodChanged(pod), event);
    }

    @Test
    void imagesThatAreNotThere() {
        assertTrue(runtime.hasImage(image()));
        assertEquals(Reason.IMAGE_NEVER_PULL, refusal("nosuch/image:1", PullPolicy.NEVER));
        assertEquals(Reason.INVALID_IMAGE_NAME, refusal("UPPER//case", PullPolicy.NEVER));
    }

    protected final Reason refusal(String reference, PullPolicy policy) {
        return assertThrows(
                        ContainerRuntimeException.class,
                        () -> runtime.ensureImage(reference, policy, List.of()))
                .reason();
    }

    @Test
    public void mountsAreSeenAndReadOnlyOnesStaySo() throws Exception {
        Path file = Files.writeString(directory.resolve("data"), "content\n");
        String target = mountTarget();
        ContainerId id =
                run(
                        shell(
                                        "main",
                                        "cat "
                                                + target
                                                + "; (echo more >> "
                                                + target
                                                + ") 2>/dev/null || echo refused")
                                .withMounts(List.of(Mount.of(file, target, true))));
        exit(id);
        assertEquals("content\nrefused\n", log(id, LogOptions.ALL));
        assertEquals("content\n", Files.readString(file));
    }

    /** Where a file may be mounted. */
    protected abstract String mountTarget();

    protected static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
