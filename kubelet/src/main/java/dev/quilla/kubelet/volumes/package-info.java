/** Pods' volumes: a small class a kind, and what containers mount of them. */
@NullMarked
package dev.quilla.kubelet.volumes;

import org.jspecify.annotations.NullMarked;
