@NullMarked
package dev.quilla.plugin;

import org.jspecify.annotations.NullMarked;
