package dev.quilla.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input to the commands for a local cluster: an exit code and one line. */
class LocalCommandsTest {

    @TempDir private Path folder;

    private record Said(int code, String out, String err) {

        void isOneLineWith(String part) {
            assertEquals(1, err.lines().count(), err);
            assertTrue(err.startsWith("quilla: "), err);
            assertTrue(err.contains(part), err);
        }
    }

    private Said run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                LocalCommands.run(
                        words,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String dir() {
        return folder.resolve("c").toString();
    }

    @Test
    void anUnknownFlagIsWrongUsage() {
        Said said = run("up", "--dir", dir(), "--wrokers", "3");
        assertEquals(2, said.code());
        said.isOneLineWith("--wrokers");
        assertTrue(Files.notExists(folder.resolve("c")), "nothing was begun");
    }

    @Test
    void aValueOfTheWrongTypeIsWrongUsage() {
        Said said = run("up", "--dir", dir(), "--workers", "two");
        assertEquals(2, said.code());
        said.isOneLineWith("two");
        Said time = run("up", "--dir", dir(), "--timeout", "soon");
        assertEquals(2, time.code());
        time.isOneLineWith("soon");
    }

    @Test
    void anUnknownRuntimeIsNamed() {
        Said said = run("up", "--dir", dir(), "--runtime", "podman");
        assertEquals(2, said.code());
        said.isOneLineWith("podman");
    }

    @Test
    void everyCommandShowsItsOptions() {
        for (String command : new String[] {"up", "down", "status", "kubeconfig"}) {
            Said said = run(command, "--help");
            assertEquals(0, said.code());
            assertTrue(said.out().contains("--dir"), said.out());
        }
        assertTrue(run("up", "-h").out().contains("--demo"));
    }

    @Test
    void anUnknownFormatOfTheStatusIsWrongUsage() {
        Said said = run("status", "--dir", dir(), "-o", "yaml");
        assertEquals(2, said.code());
        said.isOneLineWith("yaml");
    }

    @Test
    void countsThatMakeNoSenseAreRefused() {
        run("up", "--dir", dir(), "--runtime", "process", "--masters", "0")
                .isOneLineWith("--masters must be from 1 to");
        run("up", "--dir", dir(), "--runtime", "process", "--workers", "-1")
                .isOneLineWith("--workers must be from 0 to");
    }

    @Test
    void aTakenPortIsNamedAndNothingIsStarted() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Said said =
                    run(
                            "up",
                            "--dir",
                            dir(),
                            "--runtime",
                            "process",
                            "--network",
                            "loopback",
                            "--base-port",
                            Integer.toString(taken.getLocalPort() - 1));
            assertEquals(1, said.code());
            said.isOneLineWith(
                    "port " + taken.getLocalPort() + " on 127.0.0.1 is taken: stop what uses it");
            assertTrue(Files.notExists(folder.resolve("c/logs")), "no process was started");
        }
    }

    @Test
    void withoutAClusterStatusSaysHowToStartOne() {
        Said said = run("status", "--dir", dir());
        assertEquals(1, said.code());
        said.isOneLineWith("start one with quilla up");
    }

    @Test
    void withoutAClusterThereIsNoKubeconfig() {
        assertEquals(1, run("kubeconfig", "--dir", dir()).code());
    }

    @Test
    void downWithoutAClusterIsFine() {
        assertEquals(0, run("down", "--dir", dir(), "--purge").code());
    }
}
