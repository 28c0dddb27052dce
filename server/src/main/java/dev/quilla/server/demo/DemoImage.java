package dev.quilla.server.demo;

import dev.quilla.kubelet.runtime.docker.DockerConfig;
import dev.quilla.kubelet.runtime.docker.LocalImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The demo's container image, made of what this machine has, so that no registry is needed: a small
 * JVM that jlink makes of the JDK that runs Quilla, the libraries of the system that it is linked
 * with, and the sample's class.
 */
final class DemoImage {

    /** Where the JVM and the class are in the image. */
    static final String JAVA = "/java/bin/java";

    static final String CLASSES = "/classes";

    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    /** Opened by name when a host name is looked up, so no program says that it needs them. */
    private static final List<String> NAME_LOOKUP =
            List.of("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2");

    private final Path javaHome;
    private final Path classes;
    private final Path work;

    /**
     * An image of a JDK and a folder of classes.
     *
     * @param work may be used while the image is made
     */
    DemoImage(Path javaHome, Path classes, Path work) {
        this.javaHome = javaHome;
        this.classes = classes;
        this.work = work;
    }

    /**
     * Makes the image where the daemon doesn't have it.
     *
     * @throws DemoException if something that it takes is missing
     */
    void ensure(String name) throws IOException, InterruptedException {
        LocalImage image = new LocalImage(DockerConfig.DEFAULT_HOST, name);
        if (image.exists()) {
            return;
        }
        Trees.delete(work);
        Path root = Files.createDirectories(work.resolve("root"));
        try {
            link(root.resolve("java"));
            copyLibraries(root);
            Trees.copy(classes, root.resolve("classes"));
            Files.createDirectories(root.resolve("tmp"));
            Path tar = work.resolve("image.tar");
            Tool.run(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "."), scratch());
            image.load(tar);
        } finally {
            Trees.delete(work);
        }
    }

    private Path scratch() {
        return work.resolve("output");
    }

    private void link(Path java) throws IOException, InterruptedException {
        Tool.run(
                List.of(
                        javaHome.resolve("bin/jlink").toString(),
                        "--add-modules",
                        "java.base,jdk.httpserver",
                        "--strip-debug",
                        "--no-man-pages",
                        "--no-header-files",
                        "--output",
                        java.toString()),
                scratch());
    }

    private void copyLibraries(Path root) throws IOException, InterruptedException {
        Set<Path> needed = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root.resolve("java"))) {
            for (Path file : files.filter(DemoImage::isProgram).toList()) {
                Matcher matcher = LIBRARY.matcher(Tool.run(ldd(file), scratch()));
                while (matcher.find()) {
                    needed.add(Path.of(matcher.group(1)).normalize());
                }
            }
        }
        for (Path library : List.copyOf(needed)) {
            NAME_LOOKUP.forEach(name -> needed.add(library.resolveSibling(name)));
        }
        for (Path library : needed) {
            if (!library.startsWith(root) && Files.exists(library)) {
                Path copy = root.resolve(library.toString().substring(1));
                Files.createDirectories(copy.getParent());
                Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<String> ldd(Path file) {
        return List.of("ldd", file.toString());
    }

    private static boolean isProgram(Path file) {
        return file.toString().endsWith(".so") || file.endsWith("bin/java");
    }
}
