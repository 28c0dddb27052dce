/** The names of services, as pods ask for them. */
@NullMarked
package dev.quilla.proxy.dns;

import org.jspecify.annotations.NullMarked;
