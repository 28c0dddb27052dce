@NullMarked
package dev.quilla.ctl;

import org.jspecify.annotations.NullMarked;
