/** Verbs that show what there is. */
@NullMarked
package dev.quilla.ctl.read;

import org.jspecify.annotations.NullMarked;
