/** Records who asked for what and what became of it, as {@code audit.k8s.io/v1} has it. */
@NullMarked
package dev.quilla.apiserver.audit;

import org.jspecify.annotations.NullMarked;
