@NullMarked
package dev.quilla.store;

import org.jspecify.annotations.NullMarked;
