package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A cluster of somebody who is not root: its processes run as a user who owns nothing but the
 * cluster's directory, from a copy of the build, since the checkout may be nobody else's to read.
 */
@Timeout(180)
final class OrdinaryUserTest {

    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");
    private static final String IMAGE = "host";

    private Path home = Path.of("");

    @BeforeEach
    void start() throws IOException {
        home = Files.createTempDirectory("quilla-e2e-user");
        Path builds = Files.createDirectories(home.resolve("server/target/builds"));
        Path source = Checkout.root();
        Path built = source.resolve("server/target/builds");
        String id = Files.readString(built.resolve("current")).strip();
        run("cp", "-a", source.resolve("quilla").toString(), home.toString());
        run("cp", "-a", built.resolve(id).toString(), builds.toString());
        run("cp", "-a", built.resolve("current").toString(), builds.toString());
        run("chown", "-R", "65534:65534", home.toString());
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        quilla(
                "up",
                "--masters",
                "1",
                "--workers",
                "1",
                "--base-port",
                "32443",
                "--runtime",
                "process",
                "--network",
                "loopback",
                "--detach");
    }

    @AfterEach
    void stop() throws IOException {
        quilla("down", "--purge");
        assertFalse(Files.exists(home.resolve("cluster")), "what Quilla made is gone");
        run("rm", "-r", home.toString());
    }

    private static void run(String... words) {
        Command.run(Map.of(), List.of(words)).output();
    }

    private String quilla(String verb, String... words) {
        List<String> all = new ArrayList<>(AS_NOBODY);
        all.addAll(List.of(home.resolve("quilla").toString(), verb));
        all.addAll(List.of("--dir", home.resolve("cluster").toString()));
        all.addAll(List.of(words));
        Map<String, String> environment = Map.of("QUILLA_NO_BUILD", "1", "HOME", home.toString());
        return Command.run(environment, all).output();
    }

    private String inPod(String shell) {
        return quilla("exec", "files", "--", "sh", "-c", shell);
    }

    @Test
    void volumesHoldWhatTheyAreDeclaredToHold() throws IOException {
        Path manifest = Files.writeString(home.resolve("files.yaml"), Manifests.files(IMAGE));
        quilla("apply", "-f", manifest.toString());
        Eventually.within(
                Duration.ofSeconds(45),
                "the pod runs",
                () ->
                        assertEquals(
                                "Running",
                                quilla("get", "pod", "files", "-o", "jsonpath={.status.phase}")));
        Volumes.assertHold(this::inPod);
        assertEquals("65534", ownerOf(home.resolve("cluster/worker-1")));
    }

    private static String ownerOf(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid").toString();
    }
}
