package dev.quilla.apiserver.admission.match;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.Struct;
import java.util.Optional;

/**
 * What is to be looked at: a request, in the version that whoever looks knows.
 *
 * @param as the resource in that version
 * @param object what is sent; empty for deletions
 */
public record Subject(Request request, ServedResource as, Optional<Struct> object) {

    /** Whether it is in another version than the request's own. */
    public boolean converted() {
        return !as.type().gvr().equals(request.resource().type().gvr());
    }
}
