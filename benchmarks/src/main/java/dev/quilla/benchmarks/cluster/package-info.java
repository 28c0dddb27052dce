/** Load on whole clusters of this machine, through the API alone. */
@NullMarked
package dev.quilla.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
