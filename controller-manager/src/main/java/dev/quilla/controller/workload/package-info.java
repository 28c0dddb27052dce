/** Controllers that keep pods running: deployments and replica sets. */
@NullMarked
package dev.quilla.controller.workload;

import org.jspecify.annotations.NullMarked;
