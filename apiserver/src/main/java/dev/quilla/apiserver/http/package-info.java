/** The API over HTTPS, and in-process. */
@NullMarked
package dev.quilla.apiserver.http;

import org.jspecify.annotations.NullMarked;
