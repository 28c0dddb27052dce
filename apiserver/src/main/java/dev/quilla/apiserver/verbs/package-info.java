/** One class a verb, from a decoded request to a reply. */
@NullMarked
package dev.quilla.apiserver.verbs;

import org.jspecify.annotations.NullMarked;
