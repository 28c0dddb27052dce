/**
 * Server-side apply: who owns which field of an object, and what follows from that. Pure: structs
 * in, structs out.
 */
@NullMarked
package dev.quilla.model.apply;

import org.jspecify.annotations.NullMarked;
