/** What namespaces may use: counted and limited in the transactions that write objects. */
@NullMarked
package dev.quilla.apiserver.quota;

import org.jspecify.annotations.NullMarked;
