/**
 * An HTTPS server whose requests run on virtual threads in plain blocking code; Netty's threads do
 * input and output only.
 */
@NullMarked
package dev.quilla.http;

import org.jspecify.annotations.NullMarked;
