/** How members of a log talk to each other: requests and replies of Ratis, in frames over TLS. */
@NullMarked
package dev.quilla.store.raft.transport;

import org.jspecify.annotations.NullMarked;
