/** Servers for the tests of what talks to one: an API in memory, and a peer over TLS. */
@NullMarked
package dev.quilla.client.fake;

import org.jspecify.annotations.NullMarked;
