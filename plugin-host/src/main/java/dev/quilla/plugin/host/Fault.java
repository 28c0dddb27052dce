package dev.quilla.plugin.host;

/**
 * What went wrong in a plugin that was loaded well.
 *
 * @param usable false when the process no longer calls it
 */
record Fault(String message, boolean usable) {}
