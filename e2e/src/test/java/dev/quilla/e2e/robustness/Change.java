package dev.quilla.e2e.robustness;

import java.util.Optional;

/**
 * What happened to one key at one revision, as a watcher was told.
 *
 * @param value what it holds since; empty if it was deleted
 * @param told when the watcher was told, in nanoseconds of the judge's clock
 */
record Change(long revision, String key, Optional<String> value, long told) {}
