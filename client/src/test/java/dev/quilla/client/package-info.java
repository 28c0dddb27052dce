@NullMarked
package dev.quilla.client;

import org.jspecify.annotations.NullMarked;
