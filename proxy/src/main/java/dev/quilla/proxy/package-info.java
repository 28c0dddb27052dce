@NullMarked
package dev.quilla.proxy;

import org.jspecify.annotations.NullMarked;
