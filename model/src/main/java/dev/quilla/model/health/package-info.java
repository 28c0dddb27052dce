/** Probes by plugins, as pods ask for them in annotations. */
@NullMarked
package dev.quilla.model.health;

import org.jspecify.annotations.NullMarked;
