/** Kinds that the cluster's users define: their schemas, rules, and where they are served. */
@NullMarked
package dev.quilla.apiserver.custom;

import org.jspecify.annotations.NullMarked;
