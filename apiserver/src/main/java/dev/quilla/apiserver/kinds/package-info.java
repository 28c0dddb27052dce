/** What kinds do beyond their schema. */
@NullMarked
package dev.quilla.apiserver.kinds;

import org.jspecify.annotations.NullMarked;
