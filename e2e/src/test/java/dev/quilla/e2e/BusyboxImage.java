package dev.quilla.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Images made of a static busybox on the spot, so that no registry is needed. */
final class BusyboxImage {

    private BusyboxImage() {}

    /** Makes an image whose web page says {@code release VERSION}; answers its name. */
    static String build(int version) throws IOException {
        String name = "quilla-e2e/web:" + version;
        Path context = Files.createTempDirectory("quilla-e2e-image");
        try {
            Files.copy(busybox(), context.resolve("busybox"));
            Files.writeString(context.resolve("index.html"), "release " + version + "\n");
            Files.writeString(
                    context.resolve("Dockerfile"),
                    """
                    FROM scratch
                    COPY busybox /bin/busybox
                    COPY index.html /www/index.html
                    RUN ["/bin/busybox", "--install", "-s", "/bin"]
                    RUN ["/bin/busybox", "mkdir", "-p", "/tmp", "/etc"]
                    ENV PATH=/bin
                    """);
            Command.run(
                            Map.of("DOCKER_BUILDKIT", "0"),
                            List.of("docker", "build", "-q", "-t", name, context.toString()))
                    .output();
        } finally {
            delete(context);
        }
        return name;
    }

    private static Path busybox() {
        for (String directory : System.getenv("PATH").split(":")) {
            Path file = Path.of(directory, "busybox");
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new AssertionError("a static busybox is needed: apt-get install busybox-static");
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
