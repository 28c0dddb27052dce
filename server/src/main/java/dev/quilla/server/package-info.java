/** The entry points of Quilla's processes. Wiring only: what they do is in the other modules. */
@NullMarked
package dev.quilla.server;

import org.jspecify.annotations.NullMarked;
