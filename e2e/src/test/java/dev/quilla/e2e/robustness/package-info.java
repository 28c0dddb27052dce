/**
 * The store under faults, judged from outside: real members, real faults, what clients saw, and a
 * judge that knows nothing of how the store works.
 */
@NullMarked
package dev.quilla.e2e.robustness;

import org.jspecify.annotations.NullMarked;
