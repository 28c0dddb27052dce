package dev.quilla.server.local;

import dev.quilla.server.distribution.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes of this build, found again by the pid files of a directory. */
final class Launcher implements Processes {

    private final ClusterDirectory directory;

    Launcher(ClusterDirectory directory) {
        this.directory = directory;
    }

    @Override
    public boolean runs(String name) {
        return directory.process(name).handle().isPresent();
    }

    @Override
    public void start(String name, String verb, int heapMegabytes) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(
                Distribution.running()
                        .serverCommand(
                                ProcessHandle.current().info().command().orElse("java"),
                                verb,
                                heapMegabytes,
                                directory.config(name)));
        directory.process(name).start(command, directory.log(name));
    }

    @Override
    public String lastWords(String name) {
        Path log = directory.log(name);
        return lastLine(log) + " (log: " + log + ")";
    }

    private static String lastLine(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .filter(l -> l.startsWith("quilla: "))
                    .reduce((a, b) -> b)
                    .map(l -> l.substring("quilla: ".length()))
                    .orElse("see its log");
        } catch (IOException e) {
            return "see its log";
        }
    }
}
