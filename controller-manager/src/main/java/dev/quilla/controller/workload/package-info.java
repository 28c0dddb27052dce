/**
 * Controllers that keep pods running: deployments, replica sets, daemon sets, stateful sets and
 * jobs.
 */
@NullMarked
package dev.quilla.controller.workload;

import org.jspecify.annotations.NullMarked;
