package dev.quilla.server.local;

import dev.quilla.server.distribution.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts processes of this build, and says why one has ended. */
final class Launcher {

    private final ClusterDirectory directory;

    Launcher(ClusterDirectory directory) {
        this.directory = directory;
    }

    void start(LocalProcess process, String verb, int heapMegabytes) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(
                Distribution.running()
                        .serverCommand(
                                ProcessHandle.current().info().command().orElse("java"),
                                heapMegabytes));
        command.addAll(List.of(verb, "--config", directory.config(process.name()).toString()));
        process.start(command, directory.log(process.name()));
    }

    static void checkPort(int port) {
        if (!HostAddress.isFree("127.0.0.1", port)) {
            throw new LocalClusterException(
                    "port "
                            + port
                            + " on 127.0.0.1 is taken: stop what uses it, or choose another"
                            + " --base-port");
        }
    }

    /** Why a process that was just started is gone again; empty while all run. */
    Optional<String> end(List<LocalProcess> started) {
        return started.stream()
                .filter(process -> process.handle().isEmpty())
                .findFirst()
                .map(process -> {
                    Path log = directory.log(process.name());
                    return "%s ended: %s (log: %s)".formatted(process.name(), lastLine(log), log);
                });
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
