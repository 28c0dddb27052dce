package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a kind does beyond its schema. Most kinds need none of it. Pure but for {@link #claim}. */
public interface KindBehaviour {

    /** Does nothing. */
    KindBehaviour NONE = new KindBehaviour() {};

    /** Fills what the user left out; must be idempotent. */
    default Struct defaults(Struct object) {
        return object;
    }

    /** A new object as it is first stored: without what only the cluster may say. */
    default Struct beforeCreate(Struct object) {
        return object;
    }

    /** A changed object: fields that follow from others or from what was there before. */
    default Struct beforeUpdate(Struct before, Struct object) {
        return object;
    }

    /** A changed status, written by way of its subresource: what follows from the change. */
    default Struct beforeStatus(Struct before, Struct object, Instant now) {
        return object;
    }

    /** Broken rules, all of them; {@code before} is there for updates. */
    default List<FieldError> validate(Struct object, Optional<Struct> before) {
        return List.of();
    }

    /**
     * Broken rules of a change that is made by way of a subresource, other than the status.
     *
     * @param subresource its name
     */
    default List<FieldError> validateBy(String subresource, Struct object, Struct before) {
        return validate(object, Optional.of(before));
    }

    /** Broken rules of a status that is written by way of its subresource. */
    default List<FieldError> validateStatus(Struct object, Struct before) {
        return List.of();
    }

    /**
     * Broken rules of what {@link #claim} would take because the object asks for it. A rehearsal
     * takes nothing, so that it is not asked for these.
     */
    default List<FieldError> validateClaims(Struct object, Optional<Struct> before) {
        return List.of();
    }

    /**
     * Chooses what must be unique in the cluster (an address, a port) and adds it to the write.
     * Called again with a higher attempt when somebody else was quicker.
     *
     * @return the object with what was chosen
     */
    default Struct claim(
            ObjectStore.Write write, Optional<Struct> before, Struct object, int attempt) {
        return object;
    }

    /** Gives back, with the object's removal, what {@link #claim} took. */
    default void release(ObjectStore.Write write, Struct object) {}

    /**
     * How long a deleted object lives on, for whoever ends it gracefully.
     *
     * @param asked what the request asks for
     * @return seconds; 0 removes it at once
     */
    default long graceSeconds(Struct object, Optional<Long> asked) {
        return 0;
    }

    /** Where its scale is, if it is another place than usual. */
    default Optional<ScalePaths> scale() {
        return Optional.empty();
    }

    /** Fields that its objects can be chosen by, beside those of all kinds. */
    default Set<String> selectable() {
        return Set.of();
    }

    /** The schema that is published in the words of its author; empty for built-in kinds. */
    default Optional<Published> published() {
        return Optional.empty();
    }

    /** What whoever uses it is warned of: that it is on its way out; empty if it is not. */
    default Optional<String> deprecation() {
        return Optional.empty();
    }

    /**
     * Where an object has what its scale shows, as names of fields.
     *
     * @param wanted how many replicas it should have
     * @param has how many it has
     * @param selector which pods they are: a label selector, or one as text; empty for none
     */
    record ScalePaths(List<String> wanted, List<String> has, List<String> selector) {

        /** Where built-in kinds have it. */
        public static final ScalePaths USUAL =
                new ScalePaths(
                        List.of("spec", "replicas"),
                        List.of("status", "replicas"),
                        List.of("spec", "selector"));

        public ScalePaths {
            wanted = List.copyOf(wanted);
            has = List.copyOf(has);
            selector = List.copyOf(selector);
        }
    }

    /**
     * A schema in the words of its author.
     *
     * @param revision tells it from all others, on every master alike
     * @param schema a JSON schema as a tree
     */
    record Published(String revision, Supplier<Map<?, ?>> schema) {}

    /** Whether the finalizers in the metadata alone hold a deleted object. */
    default boolean heldBy(Struct object) {
        return false;
    }
}
