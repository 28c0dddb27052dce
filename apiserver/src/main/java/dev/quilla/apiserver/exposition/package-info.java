/** Figures about this process, in the form that Prometheus reads. */
@NullMarked
package dev.quilla.apiserver.exposition;

import org.jspecify.annotations.NullMarked;
