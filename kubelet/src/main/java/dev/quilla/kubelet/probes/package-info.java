/** Whether containers are well. */
@NullMarked
package dev.quilla.kubelet.probes;

import org.jspecify.annotations.NullMarked;
