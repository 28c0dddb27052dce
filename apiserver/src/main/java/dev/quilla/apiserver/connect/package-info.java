/** Requests that are passed on to nodes, pods and services. */
@NullMarked
package dev.quilla.apiserver.connect;

import org.jspecify.annotations.NullMarked;
