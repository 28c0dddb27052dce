/** Backups by schedule. */
@NullMarked
package dev.quilla.server.backup;

import org.jspecify.annotations.NullMarked;
