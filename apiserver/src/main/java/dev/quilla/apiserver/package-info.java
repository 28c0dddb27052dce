@NullMarked
package dev.quilla.apiserver;

import org.jspecify.annotations.NullMarked;
