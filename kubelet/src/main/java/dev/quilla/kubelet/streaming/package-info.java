/** Programs' streams over WebSockets: exec and attach. */
@NullMarked
package dev.quilla.kubelet.streaming;

import org.jspecify.annotations.NullMarked;
