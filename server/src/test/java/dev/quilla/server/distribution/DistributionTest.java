package dev.quilla.server.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {

    @TempDir private Path home;

    @Test
    void pluginsAreTheJarsOfItsFolder() throws IOException {
        Files.createDirectories(home.resolve("plugins"));
        Files.createFile(home.resolve("plugins/b.jar"));
        Files.createFile(home.resolve("plugins/a.jar"));
        Files.createFile(home.resolve("plugins/readme.txt"));
        assertEquals(
                List.of(home.resolve("plugins/a.jar"), home.resolve("plugins/b.jar")),
                new Distribution(home).bundledPlugins());
    }

    @Test
    void withoutPluginsItSaysWhatToDo() {
        IOException e =
                assertThrows(IOException.class, () -> new Distribution(home).bundledPlugins());
        assertTrue(String.valueOf(e.getMessage()).contains("run ./quilla build"));
    }

    @Test
    void serversStartFromTheCacheWhereThereIsOne() throws IOException {
        Distribution distribution = new Distribution(home);
        String cache = "-XX:AOTCache=" + home.resolve("server.aot");
        assertFalse(master(distribution).contains(cache));
        Files.createFile(home.resolve("server.aot"));
        List<String> command = master(distribution);
        assertTrue(command.contains(cache));
        assertTrue(command.containsAll(List.of("@" + home.resolve("java.args"), "-Xmx64m")));
        assertEquals(
                List.of("master", "--config", "m.yaml"),
                command.reversed().subList(0, 3).reversed());
    }

    private static List<String> master(Distribution distribution) {
        return distribution.serverCommand("java", "master", 64, Path.of("m.yaml"));
    }

    @Test
    void aStoreAloneHasItsOwnFlagsAndCache() throws IOException {
        Distribution distribution = new Distribution(home);
        Files.createFile(home.resolve("store.aot"));
        List<String> own =
                List.of(
                        "@" + home.resolve("store.args"),
                        "-XX:AOTCache=" + home.resolve("store.aot"));
        assertTrue(master(distribution).stream().noneMatch(own::contains));
        assertTrue(
                distribution
                        .serverCommand("java", "store", 64, Path.of("s.yaml"))
                        .containsAll(own));
    }

    @Test
    void aClassPathThatIsNoBuildIsRefused() {
        // The class path of a test is long.
        assertThrows(IOException.class, Distribution::running);
    }
}
