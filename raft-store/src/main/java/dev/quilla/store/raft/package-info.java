/** The store on an Apache Ratis log. */
@NullMarked
package dev.quilla.store.raft;

import org.jspecify.annotations.NullMarked;
