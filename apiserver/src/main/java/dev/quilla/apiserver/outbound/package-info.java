/** How the API server speaks to servers that extend it: webhooks, and other API servers. */
@NullMarked
package dev.quilla.apiserver.outbound;

import org.jspecify.annotations.NullMarked;
