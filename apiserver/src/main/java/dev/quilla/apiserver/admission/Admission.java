package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.Struct;
import java.util.Optional;

/** A policy that objects pass on their way in, in a fixed order. Thread-safe. */
public interface Admission {

    /**
     * An object on its way in.
     *
     * @param call who wants it, and how
     * @param before the object as it is, for updates
     */
    record Request(ServedResource resource, ApiCall call, Optional<Struct> before) {

        /** Whether a new object of that resource is being made. */
        public boolean creates(String group, String name) {
            return before.isEmpty()
                    && resource.groupResource().group().equals(group)
                    && resource.groupResource().resource().equals(name);
        }
    }

    /**
     * The object as it should be.
     *
     * @throws dev.quilla.model.ApiException if it may not be
     */
    Struct admit(Request request, Struct object);
}
