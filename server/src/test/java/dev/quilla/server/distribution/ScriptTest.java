package dev.quilla.server.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code quilla} script in a checkout whose JDK and Maven only say that they were called. */
@Timeout(60)
class ScriptTest {

    private static final Instant BUILT = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir private Path folder;

    private Path checkout = Path.of("");
    private Path current = Path.of("");

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("checkout"));
        Files.copy(script(), checkout.resolve("quilla"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Path source = Files.createDirectories(checkout.resolve("server/src/main"));
        Files.writeString(source.resolve("../../pom.xml").normalize(), "");
        Path builds =
                Files.createDirectories(checkout.resolve("server/target/builds/0123456789ab"));
        current = Files.writeString(builds.resolveSibling("current"), "0123456789ab\n");
        executable(folder.resolve("jdk/bin/javac"), "exit 1");
        executable(folder.resolve("jdk/bin/java"), "for word; do :; done; echo \"java: $word\"");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        executable(folder.resolve("bin/mvn"), "echo 'maven was called'; exit 1");
        sourcesChangedAt(BUILT.minusSeconds(60));
    }

    private static Path script() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(directory.resolve("quilla"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException("no checkout of Quilla around the test");
            }
            directory = parent;
        }
        return directory.resolve("quilla");
    }

    private static void executable(Path file, String body) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void sourcesChangedAt(Instant time) throws IOException {
        try (var files = Files.walk(checkout)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(time));
            }
        }
        Files.setLastModifiedTime(current, FileTime.from(BUILT));
    }

    /** All that a command says, errors too. */
    private String quilla(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", checkout.resolve("quilla").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.remove("QUILLA_NO_BUILD");
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        environment.merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void builds(String... words) throws IOException {
        String said = quilla(words);
        assertTrue(said.contains("maven was called"), said);
        assertTrue(said.contains("quilla: the build failed"), said);
    }

    private void runsWithoutBuilding(String... words) throws IOException {
        assertEquals("java: " + words[words.length - 1] + "\n", quilla(words));
    }

    @Test
    void nothingIsBuiltWhileNothingChanged() throws IOException {
        runsWithoutBuilding("up", "--detach");
        runsWithoutBuilding("get", "nodes");
    }

    @Test
    void whatStartsOrTalksToAClusterIsTheNewest() throws IOException {
        sourcesChangedAt(BUILT.plusSeconds(60));
        builds("up", "--detach");
        builds("store", "--dir", "d");
        builds("get", "down");
    }

    @Test
    void stoppingAndLookingNeedNoNewBuild() throws IOException {
        sourcesChangedAt(BUILT.plusSeconds(60));
        runsWithoutBuilding("down", "--purge");
        runsWithoutBuilding("down");
        runsWithoutBuilding("status", "-o", "json");
        runsWithoutBuilding("kubeconfig");
        runsWithoutBuilding("store", "--dir", "d", "--stop");
        runsWithoutBuilding("store", "--stop", "--dir", "d");
    }

    @Test
    void withoutAnyBuildEveryCommandNeedsOne() throws IOException {
        Files.delete(current);
        builds("down");
        builds("get", "nodes");
    }
}
