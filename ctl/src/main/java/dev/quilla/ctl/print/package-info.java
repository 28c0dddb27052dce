/** Objects as text: tables, JSON, YAML, names, paths. */
@NullMarked
package dev.quilla.ctl.print;

import org.jspecify.annotations.NullMarked;
