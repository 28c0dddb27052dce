/** What the server serves: discovery, OpenAPI. */
@NullMarked
package dev.quilla.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
