/** Label and field selectors. */
@NullMarked
package dev.quilla.model.selector;

import org.jspecify.annotations.NullMarked;
