/** The replicated store alone under load. */
@NullMarked
package dev.quilla.benchmarks.store;

import org.jspecify.annotations.NullMarked;
