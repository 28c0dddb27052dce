package dev.quilla.kubelet.runtime;

import java.time.Instant;

/**
 * What a container has used.
 *
 * @param cpuNanos CPU time since its start
 * @param memoryUsageBytes all memory charged to it
 * @param memoryWorkingSetBytes memory that can't be taken back easily
 */
public record ContainerStats(
        Instant at, long cpuNanos, long memoryUsageBytes, long memoryWorkingSetBytes) {}
