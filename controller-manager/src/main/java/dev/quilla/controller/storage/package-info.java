/** Volumes and claims: they stay while they are used. */
@NullMarked
package dev.quilla.controller.storage;

import org.jspecify.annotations.NullMarked;
