/** Groups of the API that other servers serve, and what tells which do. */
@NullMarked
package dev.quilla.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
