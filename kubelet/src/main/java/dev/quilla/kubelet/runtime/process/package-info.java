/** Containers as processes of the machine, with no container engine. */
@NullMarked
package dev.quilla.kubelet.runtime.process;

import org.jspecify.annotations.NullMarked;
