package dev.quilla.kubelet.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program of the machine that configures its network. */
final class Tool {

    private final Path program;

    private Tool(Path program) {
        this.program = program;
    }

    /** Finds a program where systems keep those that root uses. */
    static Optional<Tool> find(String name) {
        return Stream.of(
                        "/usr/local/sbin",
                        "/usr/local/bin",
                        "/usr/sbin",
                        "/usr/bin",
                        "/sbin",
                        "/bin")
                .map(d -> Path.of(d, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Tool::new);
    }

    /**
     * Finds a program that must be there.
     *
     * @throws IOException if it is not, with what to install
     */
    static Tool need(String name, String debianPackage) throws IOException {
        return find(name)
                .orElseThrow(() ->
                        new IOException(
                                "the program " + name + " is missing: install " + debianPackage));
    }

    String path() {
        return program.toString();
    }

    /**
     * Runs it.
     *
     * @param input what it reads
     * @return what it wrote
     * @throws IOException if it fails, with its own words
     */
    String run(String input, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It ended without reading; its exit code tells.
        }
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(program.getFileName() + " failed with " + code + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    String run(String... arguments) throws IOException {
        return run("", List.of(arguments));
    }

    /** Runs it and says whether it succeeded. */
    boolean succeeds(String... arguments) {
        try {
            run(arguments);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
