/** Client libraries of others, which must work as they are. */
@NullMarked
package dev.quilla.e2e.clients;

import org.jspecify.annotations.NullMarked;
