package dev.quilla.kubelet.runtime;

import java.util.List;

/**
 * A program to be run beside a container's own.
 *
 * @param tty on a terminal; its standard error then is its standard output
 * @param stdin it gets an input; otherwise it reads the end at once
 */
public record ExecSpec(List<String> command, boolean tty, boolean stdin) {

    public ExecSpec {
        command = List.copyOf(command);
    }

    /** A program without terminal and input. */
    public static ExecSpec of(String... command) {
        return new ExecSpec(List.of(command), false, false);
    }
}
