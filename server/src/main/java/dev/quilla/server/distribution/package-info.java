/** What a build of Quilla consists of on disk. */
@NullMarked
package dev.quilla.server.distribution;

import org.jspecify.annotations.NullMarked;
