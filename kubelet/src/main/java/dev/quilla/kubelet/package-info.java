@NullMarked
package dev.quilla.kubelet;

import org.jspecify.annotations.NullMarked;
