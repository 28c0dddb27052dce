/**
 * Priority and fairness: which requests may run, which wait, and which are refused when there is
 * more to do than can be done.
 */
@NullMarked
package dev.quilla.apiserver.flow;

import org.jspecify.annotations.NullMarked;
