@NullMarked
package dev.quilla.client.pki;

import org.jspecify.annotations.NullMarked;
