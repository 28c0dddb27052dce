/**
 * A whole cluster on this machine: {@code up}, {@code status}, {@code down}, {@code kubeconfig}.
 */
@NullMarked
package dev.quilla.server.local;

import org.jspecify.annotations.NullMarked;
