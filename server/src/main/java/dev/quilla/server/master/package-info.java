/** What a master is made of. */
@NullMarked
package dev.quilla.server.master;

import org.jspecify.annotations.NullMarked;
