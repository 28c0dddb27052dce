package dev.quilla.server.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that this build of Quilla is in: {@code lib} with its JARs, {@code plugins} beside it,
 * {@code java.args} with flags for the JVM, {@code store.args} with those that a member of a store
 * alone has besides and, where the build could make them, {@code server.aot} and {@code store.aot},
 * caches of what masters and workers load, and such a member. A build never changes once it is
 * whole.
 */
public record Distribution(Path home) {

    private static final String JAR = "quilla.jar";

    /** The verb of a member of a store alone, whose memory is managed by another plan. */
    private static final String STORE = "store";

    /** Of the heap, for what is new: all of it is touched again and again, and so is resident. */
    private static final int YOUNG_SHARE = 25;

    /**
     * The one that the running program is part of: the class path names its one JAR, which names
     * all others. (Classes out of the JVM's cache don't tell where they are from.)
     *
     * @throws IOException if the program was started in another way
     */
    public static Distribution running() throws IOException {
        Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        Path lib = jar.getParent();
        if (!jar.endsWith(JAR) || lib == null || lib.getParent() == null) {
            throw new IOException("the class path must be a build's lib/" + JAR + ": use ./quilla");
        }
        return new Distribution(lib.getParent());
    }

    /**
     * The plugins that belong to Quilla itself.
     *
     * @throws IOException if there are none: no pod could be placed
     */
    public List<Path> bundledPlugins() throws IOException {
        Path folder = home.resolve("plugins");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> jars =
                        files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
                if (!jars.isEmpty()) {
                    return jars;
                }
            }
        }
        throw new IOException(
                "no built-in plugins in " + folder + ": run ./quilla build, or install again");
    }

    /**
     * The command that starts a server of this build with a configuration.
     *
     * @param java the program to start it with
     * @param verb what to start
     */
    public List<String> serverCommand(String java, String verb, int heapMegabytes, Path config) {
        List<String> words = new ArrayList<>();
        words.add(java);
        words.add("@" + home.resolve("java.args"));
        words.add("-Xmx" + heapMegabytes + "m");
        if (verb.equals(STORE)) {
            words.add("@" + home.resolve("store.args"));
        } else {
            // The JVM would begin with a share of the machine's memory, whatever the process needs.
            words.add("-Xms" + heapMegabytes / 4 + "m");
            words.add("-Xmn" + heapMegabytes / YOUNG_SHARE + "m");
        }
        Path cache = home.resolve(verb.equals(STORE) ? "store.aot" : "server.aot");
        if (Files.exists(cache)) {
            words.add("-XX:AOTCache=" + cache);
        }
        words.addAll(List.of("-cp", home.resolve("lib").resolve(JAR).toString()));
        words.add("dev.quilla.server.Main");
        words.addAll(List.of(verb, "--config", config.toString()));
        return words;
    }
}
