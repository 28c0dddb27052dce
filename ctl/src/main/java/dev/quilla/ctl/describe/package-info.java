/** The describe verb: an object, told for people, with its events. */
@NullMarked
package dev.quilla.ctl.describe;

import org.jspecify.annotations.NullMarked;
