package dev.quilla.apiserver.registry;

import dev.quilla.model.Struct;

/**
 * An object as it is in the store.
 *
 * @param object with its resource version
 * @param revision the revision that last wrote it
 */
public record Stored(Struct object, long revision) {}
