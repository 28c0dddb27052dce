@NullMarked
package dev.quilla.scheduler.plugins;

import org.jspecify.annotations.NullMarked;
