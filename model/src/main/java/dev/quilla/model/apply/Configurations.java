package dev.quilla.model.apply;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What may be applied: items of lists that merge by keys have those keys, each once. */
final class Configurations {

    private Configurations() {}

    /**
     * Looks through a configuration.
     *
     * @param at where it stands, each field after a dot
     * @throws IllegalArgumentException naming the first list whose items can't be told apart
     */
    static void check(Place place, Object value, String at) {
        if (place.atomic()) {
            return;
        }
        if (value instanceof List<?> items) {
            checkItems(place, items, at);
        }
        place.parts(value)
                .forEach((element, part) ->
                        check(part.place(), part.value(), at + FieldSet.shown(element)));
    }

    private static void checkItems(Place place, List<?> items, String at) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            if (place.isNameless(items.get(i))) {
                throw new IllegalArgumentException(
                        at + ": element " + i + ": an item that is merged by its keys has none");
            }
            String element = place.element(items.get(i));
            if (!seen.add(element)) {
                throw new IllegalArgumentException(
                        at + ": duplicate entries for key " + FieldSet.shown(element));
            }
        }
    }
}
