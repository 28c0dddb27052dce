/** Controllers over the real API on a store in memory. */
@NullMarked
package dev.quilla.controller;

import org.jspecify.annotations.NullMarked;
