package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;

/** The objects that a list, watch or deletecollection is about. */
record Selection(Selector labels, FieldSelector fields) {

    static Selection of(ApiCall call) {
        try {
            FieldSelector fields = FieldSelector.parse(call.text("fieldSelector"));
            if (!call.info().name().isEmpty()) {
                fields = FieldSelector.parse("metadata.name=" + call.info().name());
            }
            return new Selection(Selector.parse(call.text("labelSelector")), fields);
        } catch (IllegalArgumentException e) {
            throw ApiErrors.badRequest(String.valueOf(e.getMessage()));
        }
    }

    boolean matches(Struct object) {
        return labels.matches(Metadata.of(object).labels()) && fields.matches(object);
    }
}
