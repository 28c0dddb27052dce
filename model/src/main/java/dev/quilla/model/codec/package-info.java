/** Objects as JSON and YAML. */
@NullMarked
package dev.quilla.model.codec;

import org.jspecify.annotations.NullMarked;
