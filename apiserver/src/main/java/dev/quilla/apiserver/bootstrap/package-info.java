/** The objects that every cluster has from the start. */
@NullMarked
package dev.quilla.apiserver.bootstrap;

import org.jspecify.annotations.NullMarked;
