@NullMarked
package dev.quilla.model;

import org.jspecify.annotations.NullMarked;
