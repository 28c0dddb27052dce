package dev.quilla.kubelet.runtime;

import dev.quilla.model.Bytes;
import java.time.Instant;

/**
 * A line that a container wrote, or a part of a very long one.
 *
 * @param stderr it was written to standard error
 * @param text with its line end, if it has one
 */
public record LogEntry(Instant time, boolean stderr, Bytes text) {}
