@NullMarked
package dev.quilla.http;

import org.jspecify.annotations.NullMarked;
