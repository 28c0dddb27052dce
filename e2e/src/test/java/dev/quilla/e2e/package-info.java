/** Whole clusters of real processes, used as a person uses them: by {@code quilla} and kubectl. */
@NullMarked
package dev.quilla.e2e;

import org.jspecify.annotations.NullMarked;
