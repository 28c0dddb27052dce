@NullMarked
package dev.quilla.client.http;

import org.jspecify.annotations.NullMarked;
