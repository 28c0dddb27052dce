package dev.quilla.model.codec;

import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.util.List;

/**
 * An object that was read.
 *
 * @param warnings about dropped fields, as Kubernetes words them
 * @param mistakes values of the wrong type that were passed over, as only custom kinds have them
 */
public record Decoded(Struct struct, List<String> warnings, List<FieldError> mistakes) {

    public Decoded {
        warnings = List.copyOf(warnings);
        mistakes = List.copyOf(mistakes);
    }

    /** An object without mistakes. */
    public Decoded(Struct struct, List<String> warnings) {
        this(struct, warnings, List.of());
    }
}
