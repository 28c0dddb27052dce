/** Policies that change or refuse objects on their way in. */
@NullMarked
package dev.quilla.apiserver.admission;

import org.jspecify.annotations.NullMarked;
