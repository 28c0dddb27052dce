@NullMarked
package dev.quilla.scheduler;

import org.jspecify.annotations.NullMarked;
