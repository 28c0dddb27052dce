/**
 * Decides which node a pod runs on. {@link dev.quilla.scheduler.SchedulerService} is the loop
 * around {@link dev.quilla.scheduler.SchedulingCycle}, a pure function from cluster and pod to
 * decision.
 */
@NullMarked
package dev.quilla.scheduler;

import org.jspecify.annotations.NullMarked;
