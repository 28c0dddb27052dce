/** Values encrypted at rest: the store, its log, snapshots and backups see ciphertext only. */
@NullMarked
package dev.quilla.apiserver.encryption;

import org.jspecify.annotations.NullMarked;
