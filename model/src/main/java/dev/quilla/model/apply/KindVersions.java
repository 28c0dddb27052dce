package dev.quilla.model.apply;

import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The versions of the kind whose object is written. Managers own fields by the names that these
 * have in the version they wrote in, so that an object has to be seen in that version to tell
 * whether a write is about what they own. Asked only for managers of another version than the
 * request's.
 */
public interface KindVersions {

    /** There is no version but the one that is written in. */
    KindVersions NONE = apiVersion -> Optional.empty();

    /** The version of that name; empty if the kind has none, or no longer. */
    Optional<Version> find(String apiVersion);

    /** One version of the kind. */
    interface Version {

        /** What its objects are made of. */
        Definition definition();

        /** Fields of its objects that the way in which is written does not touch. */
        Set<String> notOwned();

        /**
         * Objects of any version of the kind in this one, in the same order.
         *
         * @throws dev.quilla.model.ApiException if that can't be done
         */
        List<Struct> of(List<Struct> objects);
    }
}
