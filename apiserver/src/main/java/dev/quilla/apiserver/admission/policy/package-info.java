/**
 * Policies in CEL: {@code ValidatingAdmissionPolicy}, {@code MutatingAdmissionPolicy}, and their
 * bindings.
 */
@NullMarked
package dev.quilla.apiserver.admission.policy;

import org.jspecify.annotations.NullMarked;
