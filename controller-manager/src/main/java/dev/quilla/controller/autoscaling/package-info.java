/** Horizontal pod autoscalers: how many replicas something has, by what its pods use. */
@NullMarked
package dev.quilla.controller.autoscaling;

import org.jspecify.annotations.NullMarked;
