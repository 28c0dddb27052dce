@NullMarked
package dev.quilla.codegen;

import org.jspecify.annotations.NullMarked;
