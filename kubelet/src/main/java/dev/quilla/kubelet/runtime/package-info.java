/** What runs containers on a machine, as the rest of the kubelet sees it. */
@NullMarked
package dev.quilla.kubelet.runtime;

import org.jspecify.annotations.NullMarked;
