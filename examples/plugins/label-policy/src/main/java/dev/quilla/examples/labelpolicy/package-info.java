/** A sample scheduling policy: nodes must carry a label, and one value of it is preferred. */
@NullMarked
package dev.quilla.examples.labelpolicy;

import org.jspecify.annotations.NullMarked;
