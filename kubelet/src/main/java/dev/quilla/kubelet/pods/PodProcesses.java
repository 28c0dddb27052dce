package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ProcessRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The processes of a node's pods, for who wants them ended while no kubelet runs. */
public final class PodProcesses {

    private PodProcesses() {}

    /** Ends all containers of the node whose data is in a directory. */
    public static void endAll(Path dataDir) throws IOException {
        Path pods = dataDir.resolve("pods");
        if (!Files.isDirectory(pods)) {
            return;
        }
        ProcessRuntime runtime = new ProcessRuntime(dataDir.resolve("runtime"));
        List<Path> all;
        try (Stream<Path> list = Files.list(pods)) {
            all = list.toList();
        }
        for (Path pod : all) {
            PodDirectory directory = new PodDirectory(pod);
            for (String container : directory.containers()) {
                runtime.kill(
                        directory.attempt(container, directory.lastAttempt(container).orElse(0)));
            }
        }
    }
}
