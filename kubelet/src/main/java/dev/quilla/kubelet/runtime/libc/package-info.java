/** The few calls of the C library that Java has no words for. */
@NullMarked
package dev.quilla.kubelet.runtime.libc;

import org.jspecify.annotations.NullMarked;
