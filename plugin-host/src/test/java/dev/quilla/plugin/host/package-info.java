@NullMarked
package dev.quilla.plugin.host;

import org.jspecify.annotations.NullMarked;
