package dev.quilla.kubelet.runtime.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An image made of the machine's own busybox: no registry is needed. */
final class BusyboxImage {

    static final String NAME = "quilla-test/busybox:unit";
    private static final List<String> PROGRAMS =
            List.of(
                    "sh",
                    "sleep",
                    "cat",
                    "echo",
                    "env",
                    "grep",
                    "stty",
                    "hostname",
                    "head",
                    "ps",
                    "nc",
                    "id",
                    "dd",
                    "tr",
                    "ls",
                    "httpd",
                    "wget");

    private BusyboxImage() {}

    static void ensure(Path directory) throws IOException, InterruptedException {
        Path context = Files.createDirectories(directory.resolve("image"));
        Path bin = Files.createDirectories(context.resolve("bin"));
        Files.createDirectories(context.resolve("tmp"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String program : PROGRAMS) {
            Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
        }
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY . /\nENV PATH=/bin\nCMD [\"sh\"]\n");
        ProcessBuilder build =
                new ProcessBuilder("docker", "build", "-q", "-t", NAME, context.toString())
                        .redirectErrorStream(true);
        build.environment().put("DOCKER_BUILDKIT", "0");
        Process process = build.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("docker build: " + said);
        }
    }
}
