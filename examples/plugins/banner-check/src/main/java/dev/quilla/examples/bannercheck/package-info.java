/** A sample health check: a server must greet with the words expected. */
@NullMarked
package dev.quilla.examples.bannercheck;

import org.jspecify.annotations.NullMarked;
