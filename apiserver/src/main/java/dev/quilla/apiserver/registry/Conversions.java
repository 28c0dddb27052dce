package dev.quilla.apiserver.registry;

import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a kind that are served but not stored: an object is stored in one form, whichever
 * version it was written in, and read in the one that is asked for. Pure.
 */
public final class Conversions {

    /** Both ways, on JSON trees without kind and version. */
    private record Conversion(
            Definition stored,
            UnaryOperator<Map<String, @Nullable Object>> toStored,
            UnaryOperator<Map<String, @Nullable Object>> toServed) {}

    private static final Map<Definition, Conversion> BY_SERVED =
            Map.of(
                    dev.quilla.model.autoscaling.v1.HorizontalPodAutoscaler.definition(),
                    new Conversion(
                            dev.quilla.model.autoscaling.v2.HorizontalPodAutoscaler.definition(),
                            AutoscalerVersions::toV2,
                            AutoscalerVersions::toV1),
                    dev.quilla.model.events.v1.Event.definition(),
                    new Conversion(
                            dev.quilla.model.core.v1.Event.definition(),
                            EventVersions::toCore,
                            EventVersions::toEvents));

    private Conversions() {}

    /** Whether objects of that type are stored as another one. */
    public static boolean isConverted(Definition served) {
        return BY_SERVED.containsKey(served);
    }

    /** The type that objects of a type are stored as. */
    static Definition stored(Definition served) {
        Conversion conversion = BY_SERVED.get(served);
        return conversion == null ? served : conversion.stored();
    }

    /** An object as it is stored. */
    public static Struct toStored(Struct served) {
        Conversion conversion = BY_SERVED.get(served.definition());
        return conversion == null
                ? served
                : convert(served, conversion.stored(), conversion.toStored());
    }

    /** A stored object as one of that type. */
    public static Struct toServed(Definition served, Struct stored) {
        Conversion conversion = BY_SERVED.get(served);
        return conversion == null ? stored : convert(stored, served, conversion.toServed());
    }

    @SuppressWarnings("unchecked") // an object's keys are text
    private static Struct convert(
            Struct from, Definition to, UnaryOperator<Map<String, @Nullable Object>> conversion) {
        Map<String, @Nullable Object> tree =
                conversion.apply((Map<String, @Nullable Object>) JsonCodec.toTree(from));
        tree.put("apiVersion", to.kinds().getFirst().groupVersion().toString());
        tree.put("kind", to.kinds().getFirst().kind());
        return JsonCodec.fromTree(to, tree);
    }
}
