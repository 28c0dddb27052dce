/** An API server that lives in memory, for tests of what talks to one. */
@NullMarked
package dev.quilla.client.fake;

import org.jspecify.annotations.NullMarked;
