package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Struct;
import java.util.Optional;

/** A policy that requests pass on their way in, in a fixed order. Thread-safe. */
public interface Admission {

    /** What is done to an object. */
    enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /**
     * A request on its way in.
     *
     * @param kind of what is sent: the resource's own, or that of a subresource, such as {@code
     *     Scale} or {@code Binding}
     * @param call who wants it, and how
     * @param before the object as it is, for updates and deletions
     */
    record Request(
            ServedResource resource,
            GroupVersionKind kind,
            ApiCall call,
            Operation operation,
            Optional<Struct> before) {

        /** A new object. */
        public static Request create(ServedResource resource, ApiCall call) {
            return new Request(resource, resource.gvk(), call, Operation.CREATE, Optional.empty());
        }

        /** An object that changes. */
        public static Request update(ServedResource resource, ApiCall call, Struct before) {
            return new Request(
                    resource, resource.gvk(), call, Operation.UPDATE, Optional.of(before));
        }

        /** An object that is deleted. */
        public static Request delete(ServedResource resource, ApiCall call, Struct before) {
            return new Request(
                    resource, resource.gvk(), call, Operation.DELETE, Optional.of(before));
        }

        /** Whether an object of the resource itself is made or changed. */
        public boolean writes() {
            return kind.equals(resource.gvk())
                    && (operation == Operation.CREATE || operation == Operation.UPDATE);
        }

        /**
         * Whether it is what a scale does to the object that is scaled: the scale itself is the
         * request that somebody made.
         */
        public boolean followsFromScale() {
            return call.info().subresource().equals("scale") && kind.equals(resource.gvk());
        }

        /** Whether an object of that resource is being changed by way of a subresource. */
        public boolean changes(String group, String name, String subresource) {
            return operation == Operation.UPDATE
                    && call.info().subresource().equals(subresource)
                    && resource.groupResource().group().equals(group)
                    && resource.groupResource().resource().equals(name);
        }

        /** Whether a new object of that resource is being made. */
        public boolean creates(String group, String name) {
            return operation == Operation.CREATE
                    && resource.groupResource().group().equals(group)
                    && resource.groupResource().resource().equals(name);
        }
    }

    /** Which requests pass it; the others are not shown to it. */
    default boolean handles(Request request) {
        return request.writes();
    }

    /**
     * The object as it should be. Asked before the rules of its kind are checked, and again when
     * what comes later in the order has changed it; not for deletions.
     *
     * @throws dev.quilla.model.ApiException if it may not be
     */
    default Struct admit(Request request, Struct object) {
        return object;
    }

    /**
     * Looks at an object that nobody changes any more.
     *
     * @param object empty for deletions
     * @throws dev.quilla.model.ApiException if it may not be
     */
    default void validate(Request request, Optional<Struct> object) {}
}
