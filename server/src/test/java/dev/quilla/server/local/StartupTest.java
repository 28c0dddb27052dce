package dev.quilla.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StartupTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Optional<String> NOTHING = Optional.empty();

    private final FakeProcesses processes = new FakeProcesses();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void start(Supplier<Optional<String>> missing, Duration timeout)
            throws IOException, InterruptedException {
        List<Startup.Member> members =
                Stream.of("a", "b")
                        .map(n -> new Startup.Member(n, () -> processes.start(n, "run", 1)))
                        .toList();
        new Startup(
                        processes,
                        members,
                        Path.of("logs"),
                        new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(missing, timeout);
    }

    private List<String> said() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Ready once so many have been started. */
    private Supplier<Optional<String>> untilStarted(int count) {
        return () -> processes.started.size() < count ? Optional.of("a does not answer") : NOTHING;
    }

    @Test
    void startsWhatDoesNotRun() throws IOException, InterruptedException {
        processes.running("a");
        start(() -> NOTHING, LONG);
        assertEquals(List.of("run b"), processes.started);
        assertEquals(List.of("started b"), said());
    }

    @Test
    void saysWhenAllRuns() throws IOException, InterruptedException {
        processes.running("a").running("b");
        start(() -> NOTHING, LONG);
        assertEquals(List.of(), processes.started);
        assertEquals(List.of("everything runs already"), said());
    }

    @Test
    void startsWhatWasJustEndingOnceItHasEnded() throws IOException, InterruptedException {
        processes.ending("a");
        start(untilStarted(2), LONG);
        assertEquals(List.of("run b", "run a"), processes.started);
        assertEquals(List.of("started b", "started a"), said());
    }

    @Test
    void whatItStartedItDoesNotStartAgain() {
        processes.endAllThatIsStarted();
        LocalClusterException e =
                assertThrows(LocalClusterException.class, () -> start(untilStarted(3), LONG));
        assertEquals("a ended: said nothing", e.getMessage());
        assertEquals(List.of("run a", "run b"), processes.started);
    }

    @Test
    void saysWhatIsMissingWhenTheTimeIsOver() {
        processes.running("a").running("b");
        LocalClusterException e =
                assertThrows(
                        LocalClusterException.class, () -> start(untilStarted(1), Duration.ZERO));
        assertEquals("not ready after 0 s: a does not answer (logs: logs)", e.getMessage());
    }
}
