@NullMarked
package dev.quilla.controller.storage;

import org.jspecify.annotations.NullMarked;
