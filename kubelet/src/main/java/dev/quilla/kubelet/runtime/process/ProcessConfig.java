package dev.quilla.kubelet.runtime.process;

import java.nio.file.Path;

/**
 * Where processes of a node are kept, and how far they are set apart.
 *
 * @param clusterId several clusters may share a machine
 * @param nodeName several nodes may share a machine
 * @param directory holds all state, a directory a sandbox
 * @param privileged containers get namespaces, mounts and limits; otherwise they are processes of
 *     the worker's user, plain ones unless they have volumes
 */
public record ProcessConfig(String clusterId, String nodeName, Path directory, boolean privileged) {

    public ProcessConfig {
        directory = directory.toAbsolutePath();
    }
}
