package dev.quilla.kubelet.stats;

import java.time.Instant;

/**
 * What something has used.
 *
 * @param cpuNanos CPU time since some moment that is the same for each of its usages
 * @param memoryBytes memory that can't be taken back easily, at this moment
 */
public record Usage(Instant at, long cpuNanos, long memoryBytes) {}
