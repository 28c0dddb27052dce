/** Verbs that take files: apply, create, delete. */
@NullMarked
package dev.quilla.ctl.manifest;

import org.jspecify.annotations.NullMarked;
