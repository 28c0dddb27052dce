/** Containers by a Docker daemon. */
@NullMarked
package dev.quilla.kubelet.runtime.docker;

import org.jspecify.annotations.NullMarked;
