/** Services on one machine: what they lead to, and how that is put on the network. */
@NullMarked
package dev.quilla.proxy;

import org.jspecify.annotations.NullMarked;
