package dev.quilla.plugin;

import dev.quilla.model.core.v1.Pod;

/**
 * The container that a health check looks at.
 *
 * @param pod the pod as the API gives it
 * @param container the container's name
 * @param address the pod's IP address, reachable from this node
 */
public record Target(Pod pod, String container, String address) {}
