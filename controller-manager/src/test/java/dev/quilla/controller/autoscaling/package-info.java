@NullMarked
package dev.quilla.controller.autoscaling;

import org.jspecify.annotations.NullMarked;
