package dev.quilla.store.raft;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * What the JVM recorded of a first {@link MemberMain} (JEP 514), so that the many that tests start
 * need half the processor time until they are ready. Made once in each run of tests.
 */
final class MemberCache {

    /** Flags of all members; a cache fits no others. */
    private static final List<String> FLAGS =
            List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private final Path cache;
    private final String classPath;

    private MemberCache(Path cache, String classPath) {
        this.cache = cache;
        this.classPath = classPath;
    }

    /** The command that starts a member. */
    static List<String> command(String... arguments) {
        return Made.CACHE.start("-XX:AOTCache=" + Made.CACHE.cache, arguments);
    }

    /** Made when it is first needed. */
    private static final class Made {
        static final MemberCache CACHE = make();
    }

    private static MemberCache make() {
        try {
            Path folder = Files.createTempDirectory(Path.of("target"), "members");
            MemberCache made = new MemberCache(folder.resolve("member.aot"), jars(folder));
            made.record(folder);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> start(String cacheFlag, String... arguments) {
        List<String> command = new ArrayList<>(FLAGS);
        command.addAll(List.of(cacheFlag, "-cp", classPath, MemberMain.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** One member alone that is written to once. */
    private void record(Path folder) throws IOException {
        String port = Ports.free(1).getFirst().toString();
        Path data = folder.resolve("data");
        Process process =
                new ProcessBuilder(
                                start(
                                        "-XX:AOTCacheOutput=" + cache,
                                        "m1",
                                        port,
                                        data.toString(),
                                        "300"))
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(process::destroyForcibly);
        try (var answers = process.inputReader(StandardCharsets.UTF_8)) {
            try (OutputStream requests = process.getOutputStream()) {
                requests.write("1 put /a b\n".getBytes(StandardCharsets.UTF_8));
                requests.flush();
                String line = answers.readLine();
                while (line != null && !line.startsWith("1 ")) {
                    line = answers.readLine();
                }
            }
            process.onExit().join();
        }
        if (!Files.exists(cache)) {
            throw new IOException("no cache: " + Files.readString(folder.resolve("errors")));
        }
    }

    /** The class path of these tests, whose folders become files: a cache knows no others. */
    private static String jars(Path folder) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path path = Path.of(entry);
            entries.add(
                    Files.isDirectory(path)
                            ? jar(path, folder.resolve(entries.size() + ".jar")).toString()
                            : entry);
        }
        return String.join(":", entries);
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar;
    }
}
