/** Load on the API servers of three masters, beside what the original control plane does. */
@NullMarked
package dev.quilla.benchmarks.api;

import org.jspecify.annotations.NullMarked;
