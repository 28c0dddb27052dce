/** Load tools; what they share. */
@NullMarked
package dev.quilla.benchmarks;

import org.jspecify.annotations.NullMarked;
