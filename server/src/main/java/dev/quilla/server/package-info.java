@NullMarked
package dev.quilla.server;

import org.jspecify.annotations.NullMarked;
