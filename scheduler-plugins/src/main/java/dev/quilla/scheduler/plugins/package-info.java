/**
 * Quilla's own scheduling policies, one class each, loaded as a plugin like anyone else's. They see
 * only the SPI and the model.
 */
@NullMarked
package dev.quilla.scheduler.plugins;

import org.jspecify.annotations.NullMarked;
