package dev.quilla.kubelet.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A container to run.
 *
 * @param directory its own: its log, process id and exit code are kept there
 * @param command program and arguments
 * @param environment all of it: nothing is inherited
 */
public record ProcessSpec(
        Path directory, List<String> command, Map<String, String> environment, String workingDir) {

    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
