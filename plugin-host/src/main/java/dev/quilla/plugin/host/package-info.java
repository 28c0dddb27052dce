/**
 * Loads plugins into a running process: follows the {@code Plugin} objects of the cluster, fetches
 * and verifies their JARs, loads each with PF4J in a class loader of its own, and reports on it.
 * {@link dev.quilla.plugin.host.PluginHost} is the way in.
 */
@NullMarked
package dev.quilla.plugin.host;

import org.jspecify.annotations.NullMarked;
