/** Who asks, and what they may. */
@NullMarked
package dev.quilla.apiserver.auth;

import org.jspecify.annotations.NullMarked;
