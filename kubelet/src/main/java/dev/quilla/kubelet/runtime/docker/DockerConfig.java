package dev.quilla.kubelet.runtime.docker;

import java.net.URI;
import java.nio.file.Path;

/**
 * Which daemon, and whose containers.
 *
 * @param host the daemon's address, {@code unix:///var/run/docker.sock} or {@code tcp://…}
 * @param clusterId several clusters may share a daemon
 * @param nodeName several nodes may share a daemon
 * @param directory where files that containers mount are kept
 */
public record DockerConfig(URI host, String clusterId, String nodeName, Path directory) {

    /** Where a daemon listens when nothing else is said. */
    public static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");
}
