/**
 * The transport over the network: {@link dev.quilla.client.http.HttpsTransport}, a small blocking
 * HTTP/1.1 client on sockets. The JDK's own client costs hundreds of milliseconds at start, which a
 * command line can't afford, and can't hand over the raw connection that {@code exec} needs.
 */
@NullMarked
package dev.quilla.client.http;

import org.jspecify.annotations.NullMarked;
