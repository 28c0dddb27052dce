package dev.quilla.kubelet.runtime;

/**
 * How a container's own program is attached to the world.
 *
 * @param tty it runs on a terminal of its own; standard error then is standard output
 * @param stdin its standard input stays open for {@link ContainerRuntime#attach}
 * @param stdinOnce the end of the first attached input is the end of its input
 */
public record Terminal(boolean tty, boolean stdin, boolean stdinOnce) {

    /** No terminal, no input. */
    public static final Terminal NONE = new Terminal(false, false, false);
}
