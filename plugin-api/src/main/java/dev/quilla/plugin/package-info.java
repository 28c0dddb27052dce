/**
 * The interfaces that plugins implement. Small and stable: only default methods are ever added, and
 * a plugin sees this package, {@code dev.quilla.model}, PF4J and SLF4J of the host and nothing
 * else.
 */
@NullMarked
package dev.quilla.plugin;

import org.jspecify.annotations.NullMarked;
