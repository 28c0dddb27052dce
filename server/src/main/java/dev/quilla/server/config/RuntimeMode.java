package dev.quilla.server.config;

/** What runs containers on a worker. */
public enum RuntimeMode {
    DOCKER,
    PROCESS
}
