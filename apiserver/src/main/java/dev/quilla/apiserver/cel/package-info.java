/** Expressions in CEL, the Common Expression Language. */
@NullMarked
package dev.quilla.apiserver.cel;

import org.jspecify.annotations.NullMarked;
