/** What the fields of objects mean, as the server describes them. */
@NullMarked
package dev.quilla.ctl.explain;

import org.jspecify.annotations.NullMarked;
