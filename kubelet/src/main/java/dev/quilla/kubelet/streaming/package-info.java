/** Streams of programs and ports to clients: exec, attach and port-forward. */
@NullMarked
package dev.quilla.kubelet.streaming;

import org.jspecify.annotations.NullMarked;
