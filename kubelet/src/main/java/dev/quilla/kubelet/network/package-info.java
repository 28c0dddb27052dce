/** Addresses and connections of the pods of one node. */
@NullMarked
package dev.quilla.kubelet.network;

import org.jspecify.annotations.NullMarked;
