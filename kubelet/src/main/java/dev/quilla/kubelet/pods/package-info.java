/** From a pod's specification to running containers, and back to its status. */
@NullMarked
package dev.quilla.kubelet.pods;

import org.jspecify.annotations.NullMarked;
