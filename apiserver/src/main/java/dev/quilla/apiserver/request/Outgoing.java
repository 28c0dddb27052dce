package dev.quilla.apiserver.request;

import dev.quilla.model.Struct;
import java.io.IOException;
import java.util.Optional;

/**
 * An object on its way to whoever asked. Most clients want it as it is stored: then nobody need
 * make an object of it. Thread-safe.
 */
@FunctionalInterface
public interface Outgoing {

    /**
     * The object; may be made of its bytes only now.
     *
     * @throws dev.quilla.model.ApiException if it can't be read
     */
    Struct object();

    /** The object's JSON, where that is known without making an object. */
    default Optional<SplicedJson> json() {
        return Optional.empty();
    }

    /** Makes bytes of an object. */
    @FunctionalInterface
    interface Encoding {

        /** Makes them. */
        byte[] encode() throws IOException;
    }

    /**
     * Its bytes in some form, which must not be changed. An object that is on its way to many keeps
     * them for the others.
     *
     * @param form names the form: what is equal leads to the same bytes
     */
    default byte[] encoded(Object form, Encoding encoding) throws IOException {
        return encoding.encode();
    }
}
