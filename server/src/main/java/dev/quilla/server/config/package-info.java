/** Configuration files of masters and workers, read into records with every error at once. */
@NullMarked
package dev.quilla.server.config;

import org.jspecify.annotations.NullMarked;
