package dev.quilla.model.codec;

import dev.quilla.model.Struct;
import java.util.List;

/**
 * An object that was read.
 *
 * @param warnings about dropped fields, as Kubernetes words them
 */
public record Decoded(Struct struct, List<String> warnings) {

    public Decoded {
        warnings = List.copyOf(warnings);
    }
}
