/** Rules for names, labels and quantities, and errors that name the field. */
@NullMarked
package dev.quilla.model.validation;

import org.jspecify.annotations.NullMarked;
