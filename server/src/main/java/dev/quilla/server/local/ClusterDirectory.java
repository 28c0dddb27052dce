package dev.quilla.server.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a local cluster keeps everything.
 *
 * @param root the directory given by {@code --dir}, absolute
 */
record ClusterDirectory(Path root) {

    ClusterDirectory {
        root = root.toAbsolutePath().normalize();
    }

    Path spec() {
        return root.resolve("cluster.yaml");
    }

    /**
     * Written by people: further settings of all masters; what it says goes into each one's file.
     */
    Path mastersSettings() {
        return root.resolve("masters.yaml");
    }

    Path storeSpec() {
        return root.resolve("store.yaml");
    }

    Path kubeconfig() {
        return root.resolve("kubeconfig");
    }

    Path pki() {
        return root.resolve("pki");
    }

    Path bootstrapToken() {
        return pki().resolve("bootstrap-token");
    }

    Path shared() {
        return root.resolve("shared");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(String process) {
        return logs().resolve(process + ".log");
    }

    Path data(String process) {
        return root.resolve(process);
    }

    /** What was left of members that a recovery went on without. */
    Path lost() {
        return root.resolve("lost");
    }

    Path lost(String process) {
        return lost().resolve(process);
    }

    Path config(String process) {
        return data(process).resolve("config.yaml");
    }

    Path pid(String process) {
        return data(process).resolve("pid");
    }

    /** A process, running or not. */
    LocalProcess process(String name) {
        return new LocalProcess(name, pid(name));
    }

    /** Removes the directory itself where nothing is left in it. */
    void removeIfEmpty() throws IOException {
        try (Stream<Path> left = Files.list(root)) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(root);
    }
}
