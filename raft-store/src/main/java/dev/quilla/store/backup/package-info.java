/**
 * Backups: files that hold everything of a store at one revision, and say when they are damaged.
 */
@NullMarked
package dev.quilla.store.backup;

import org.jspecify.annotations.NullMarked;
