/** {@code metrics.k8s.io}: what nodes and pods use, as their kubelets say. */
@NullMarked
package dev.quilla.apiserver.metrics;

import org.jspecify.annotations.NullMarked;
