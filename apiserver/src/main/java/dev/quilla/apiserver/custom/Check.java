package dev.quilla.apiserver.custom;

import dev.quilla.model.validation.FieldError;
import java.util.List;

/** A rule for one value, whatever is inside it. Pure. */
@FunctionalInterface
interface Check {

    /** Adds what is wrong with a value. */
    void check(Object value, String path, List<FieldError> errors);
}
