@NullMarked
package dev.quilla.controller.node;

import org.jspecify.annotations.NullMarked;
