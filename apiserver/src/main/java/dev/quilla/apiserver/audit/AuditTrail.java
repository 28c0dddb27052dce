package dev.quilla.apiserver.audit;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.client.Body;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.Status;
import java.util.Optional;
import java.util.function.Supplier;

/** What happens to one request, as whoever answers it tells. Used by one thread at a time. */
public interface AuditTrail {

    /** Leads nowhere. */
    AuditTrail NONE = new AuditTrail() {};

    /** Whether what is told is recorded: where not, nothing need be made ready to be told. */
    default boolean records() {
        return false;
    }

    /** Who asks is known, before they are taken for anybody else. */
    default void identified(Identity who) {}

    /** Who asks could not be found out. */
    default void unauthenticated(String attempted) {}

    /**
     * They are taken for somebody else.
     *
     * @param limit the right by which they are for this request only; empty if they are for any
     */
    default void impersonates(Identity other, String limit) {}

    /** Whether they may, and why. */
    default void decided(boolean allowed, String reason) {}

    /** Something that is worth knowing, under a name as those of annotations are. */
    default void note(String key, String value) {}

    /**
     * What is sent.
     *
     * @param definition of what it should be
     */
    default void sent(Body body, Optional<Definition> definition) {}

    /** What is sent, as it is read: with its defaults; made only where it is recorded. */
    default void understood(Supplier<Struct> object) {}

    /** The head of a long answer has been sent. */
    default void started(int code) {}

    /** What is answered; made only where it is recorded. */
    default void answered(Supplier<Struct> object) {}

    /** It is refused, or has failed. */
    default void failed(Status status) {}

    /** The server failed in a way that it was not made for. */
    default void panicked(String why) {}

    /** The answer is complete. */
    default void completed(int code) {}
}
