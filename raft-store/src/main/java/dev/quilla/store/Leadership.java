package dev.quilla.store;

import java.util.Optional;
import java.util.OptionalLong;

/** Which member leads. Thread-safe. */
public interface Leadership {

    /** The term that this member leads, having applied everything before it; else empty. */
    OptionalLong term();

    /** The leader's id, if one is known. */
    Optional<String> leader();

    /**
     * Tells a listener of what is so now and of every change, in order, on a thread of its own.
     *
     * @return ends it
     */
    AutoCloseable observe(Listener listener);

    /** Is told of leadership. */
    interface Listener {

        /** This member leads and has applied everything up to its own term. */
        void leads(long term);

        /** It no longer does. */
        void follows();
    }
}
