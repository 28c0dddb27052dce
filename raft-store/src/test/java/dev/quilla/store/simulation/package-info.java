/** A replicated log without threads, clocks, disks or sockets, in which everything can go wrong. */
@org.jspecify.annotations.NullMarked
package dev.quilla.store.simulation;
