/**
 * What objects are: their schema, the immutable {@link dev.quilla.model.Struct} that holds one, and
 * values that appear in them. Typed views of every kind are generated into sub-packages.
 */
@NullMarked
package dev.quilla.model;

import org.jspecify.annotations.NullMarked;
