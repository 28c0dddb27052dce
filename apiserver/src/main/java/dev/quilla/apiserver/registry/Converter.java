package dev.quilla.apiserver.registry;

import dev.quilla.model.Definition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows the custom kinds whose versions differ by more than their names, and how one becomes
 * another. Thread-safe.
 */
public interface Converter {

    /** There are none. */
    Converter NONE = type -> Optional.empty();

    /** How objects of a type are converted; empty where versions differ by their names alone. */
    Optional<Conversion> of(Definition type);

    /** Converts the objects of one kind. */
    interface Conversion {

        /** The {@code apiVersion} that objects are stored in. */
        String stored();

        /**
         * Objects in another version, in the same order. What they are called stays the same.
         *
         * @param version an {@code apiVersion}
         * @throws dev.quilla.model.ApiException if that can't be done
         */
        List<Map<String, @Nullable Object>> convert(
                String version, List<Map<String, @Nullable Object>> objects);
    }
}
