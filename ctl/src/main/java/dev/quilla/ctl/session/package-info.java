/** What a verb is given: a console, options, and the cluster they lead to. */
@NullMarked
package dev.quilla.ctl.session;

import org.jspecify.annotations.NullMarked;
