/** The agent of a worker: runs the pods that are assigned to its node, and reports on them. */
@NullMarked
package dev.quilla.kubelet;

import org.jspecify.annotations.NullMarked;
