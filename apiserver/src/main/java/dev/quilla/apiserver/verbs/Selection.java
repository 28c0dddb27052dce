package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.FieldLabels;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The objects that a list, watch or deletecollection is about.
 *
 * @param byFields what {@code fields} chooses of the resource's objects
 */
record Selection(Selector labels, FieldSelector fields, Predicate<Struct> byFields) {

    private static final String NAME = "metadata.name";

    static Selection of(ServedResource resource, ApiCall call) {
        try {
            FieldSelector fields = FieldSelector.parse(call.text("fieldSelector"));
            String name = call.info().name();
            if (!name.isEmpty()) {
                if (!fields.isEverything() && !fields.exact(NAME).equals(Optional.of(name))) {
                    throw ApiErrors.badRequest(
                            "fieldSelector metadata.name doesn't match requested name");
                }
                fields = FieldSelector.parse(NAME + "=" + name);
            }
            return new Selection(
                    Selector.parse(call.text("labelSelector")),
                    fields,
                    FieldLabels.chosen(resource, fields));
        } catch (IllegalArgumentException e) {
            throw ApiErrors.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** Whether it is about all objects that there are. */
    boolean isEverything() {
        return labels.requirements().isEmpty() && fields.isEverything();
    }

    /** Whether an object is among them; looks into it only where that has to be seen. */
    boolean matches(Outgoing object) {
        return isEverything() || matches(object.object());
    }

    boolean matches(Struct object) {
        return labels.matches(Metadata.of(object).labels()) && byFields.test(object);
    }
}
