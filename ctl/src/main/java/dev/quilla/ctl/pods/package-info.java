/** Verbs that reach into pods: logs, exec. */
@NullMarked
package dev.quilla.ctl.pods;

import org.jspecify.annotations.NullMarked;
