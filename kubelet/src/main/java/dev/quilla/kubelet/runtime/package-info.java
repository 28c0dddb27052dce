/** Containers on this machine. */
@NullMarked
package dev.quilla.kubelet.runtime;

import org.jspecify.annotations.NullMarked;
