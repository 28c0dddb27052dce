/** What a node and its containers use of the machine. */
@NullMarked
package dev.quilla.kubelet.stats;

import org.jspecify.annotations.NullMarked;
