/** One member of a store that is run alone, and served to etcd's clients. */
@NullMarked
package dev.quilla.server.store;

import org.jspecify.annotations.NullMarked;
