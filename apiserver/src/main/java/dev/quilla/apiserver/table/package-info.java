/** Lists as tables, for people. */
@NullMarked
package dev.quilla.apiserver.table;

import org.jspecify.annotations.NullMarked;
