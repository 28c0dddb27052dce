/** The store over a replicated log, whichever it is: the seam, and what stands on it. */
@NullMarked
package dev.quilla.store.log;

import org.jspecify.annotations.NullMarked;
