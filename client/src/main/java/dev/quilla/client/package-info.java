/**
 * How to talk to the API: requests and watches over a {@link dev.quilla.client.Transport}, shared
 * caches ({@link dev.quilla.client.Informers}), work queues and events. What is behind the
 * transport is not known here.
 */
@NullMarked
package dev.quilla.client;

import org.jspecify.annotations.NullMarked;
