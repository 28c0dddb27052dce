/** How commands fail. */
@NullMarked
package dev.quilla.ctl.failure;

import org.jspecify.annotations.NullMarked;
