/** Which requests the rules and selectors of an admission configuration choose. */
@NullMarked
package dev.quilla.apiserver.admission.match;

import org.jspecify.annotations.NullMarked;
