/** The plugin verbs: the user's side of what plugin hosts load. */
@NullMarked
package dev.quilla.ctl.plugin;

import org.jspecify.annotations.NullMarked;
