package dev.quilla.kubelet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.kubelet.streaming.RemoteCommand.Streams;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the real kubectl, by WebSocket (true) and by SPDY (false). */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemoteCommandTest {

    @TempDir Path directory;
    private final FakeProgram program = new FakeProgram();
    private PodServer server;

    @BeforeEach
    void start() throws IOException {
        server = new PodServer(directory, this::handle);
    }

    private void handle(HttpExchange exchange) throws Exception {
        Streams streams =
                new Streams(
                        exchange.query().containsKey("stdin"),
                        exchange.query().containsKey("stdout"),
                        exchange.query().containsKey("stderr"),
                        exchange.query().containsKey("tty"));
        if (!RemoteCommand.serve(exchange, streams, () -> program)) {
            exchange.respond(400, Headers.NONE, RemoteCommand.protocols().getBytes(UTF_8));
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Process exec(boolean webSocket, String... flags) throws IOException {
        String[] args = new String[flags.length + 4];
        args[0] = "exec";
        System.arraycopy(flags, 0, args, 1, flags.length);
        List<String> rest = List.of("web", "--", "program");
        for (int i = 0; i < rest.size(); i++) {
            args[flags.length + 1 + i] = rest.get(i);
        }
        return server.kubectl(
                Map.of("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", Boolean.toString(webSocket)), args);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void kubectlGetsOutputsAndTheExitCode(boolean webSocket) throws Exception {
        program.prints("out\n");
        program.complains("err\n");
        program.exits(42);
        Process kubectl = exec(webSocket);
        assertEquals("out\n", new String(kubectl.getInputStream().readAllBytes(), UTF_8));
        assertEquals(
                "err\ncommand terminated with exit code 42\n",
                new String(kubectl.getErrorStream().readAllBytes(), UTF_8));
        assertEquals(42, kubectl.waitFor());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void muchInputReachesTheProgramWholeAndEnds(boolean webSocket) throws Exception {
        byte[] sent = new byte[3 << 20];
        new Random(1).nextBytes(sent);
        Process kubectl = exec(webSocket, "-i");
        Thread.ofVirtual().start(() -> write(kubectl, sent));
        assertArrayEquals(sent, program.input.readAllBytes());
        program.exits(0);
        assertEquals(0, kubectl.waitFor());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theProgramIsLetGoWhenKubectlIsKilled(boolean webSocket) throws Exception {
        Process kubectl = exec(webSocket, "-i");
        program.prints("ready\n");
        PodServer.lineWith("ready", kubectl.inputReader());
        kubectl.destroyForcibly();
        program.letGo.get();
    }

    private static void write(Process kubectl, byte[] bytes) {
        try (OutputStream stdin = kubectl.getOutputStream()) {
            stdin.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
