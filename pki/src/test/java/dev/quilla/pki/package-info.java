@NullMarked
package dev.quilla.pki;

import org.jspecify.annotations.NullMarked;
