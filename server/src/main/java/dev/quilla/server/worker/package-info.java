/** What a worker is made of. */
@NullMarked
package dev.quilla.server.worker;

import org.jspecify.annotations.NullMarked;
