@NullMarked
package dev.quilla.controller.lifecycle;

import org.jspecify.annotations.NullMarked;
