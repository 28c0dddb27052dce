/** A sample network proxy: takes turns among pods in user space, and counts connections. */
@NullMarked
package dev.quilla.examples.countingproxy;

import org.jspecify.annotations.NullMarked;
