package dev.quilla.kubelet.runtime;

/**
 * What a program run to its end said.
 *
 * @param output both outputs, cut at a limit
 * @param timedOut it did not end in time; the exit code then means nothing
 */
public record ExecResult(int exitCode, String output, boolean timedOut) {}
