/** The deterministic state machine behind the store: no clock, no thread, no I/O. */
@NullMarked
package dev.quilla.store.mvcc;

import org.jspecify.annotations.NullMarked;
