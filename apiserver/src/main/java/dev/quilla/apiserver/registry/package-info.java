/** Objects in the store: keys, encoding, and transactions over several keys. */
@NullMarked
package dev.quilla.apiserver.registry;

import org.jspecify.annotations.NullMarked;
