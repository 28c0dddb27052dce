package dev.quilla.model.apply;

import dev.quilla.model.Struct;
import java.util.List;
import java.util.Map;

/** Merges objects as server-side apply does, without owners. Pure. */
public final class Merge {

    private Merge() {}

    /**
     * An object with what another one says of it.
     *
     * @param applied of the same definition
     * @throws IllegalArgumentException if it says something of a list, map or struct that can only
     *     be replaced as a whole: what it leaves out would be lost
     */
    public static Struct of(Struct live, Struct applied) {
        Place place = Place.of(live.definition());
        refuseWholes(place, applied, "");
        return (Struct) Values.merge(place, live, applied);
    }

    private static void refuseWholes(Place place, Object value, String path) {
        boolean whole = value instanceof List || value instanceof Map || value instanceof Struct;
        if (place.atomic()) {
            if (whole) {
                throw new IllegalArgumentException(
                        "may not mutate atomic arrays, maps or structs: " + path);
            }
            return;
        }
        place.parts(value)
                .forEach((element, part) ->
                        refuseWholes(part.place(), part.value(), path + "." + name(element)));
    }

    /** Elements of paths begin with what sort they are of. */
    private static String name(String element) {
        return element.substring(element.indexOf(':') + 1);
    }
}
