/**
 * Replicated, revisioned key-value state. Knows keys, bytes, revisions and transactions, and
 * nothing of what they mean.
 */
@NullMarked
package dev.quilla.store;

import org.jspecify.annotations.NullMarked;
