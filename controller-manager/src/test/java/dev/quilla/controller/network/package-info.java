@NullMarked
package dev.quilla.controller.network;

import org.jspecify.annotations.NullMarked;
