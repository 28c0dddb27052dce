/** Controllers of who may do what. */
@NullMarked
package dev.quilla.controller.access;

import org.jspecify.annotations.NullMarked;
