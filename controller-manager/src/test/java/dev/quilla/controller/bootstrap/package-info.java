@NullMarked
package dev.quilla.controller.bootstrap;

import org.jspecify.annotations.NullMarked;
