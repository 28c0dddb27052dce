/** Verbs that change objects in place: scale, rollout, label, annotate. */
@NullMarked
package dev.quilla.ctl.workload;

import org.jspecify.annotations.NullMarked;
