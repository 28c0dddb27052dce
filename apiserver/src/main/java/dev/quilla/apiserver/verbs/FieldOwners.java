package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import dev.quilla.model.apply.ApplyConflictException;
import dev.quilla.model.apply.Ownership;
import dev.quilla.model.codec.DecodeException;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;

/** Keeps the managed fields of what requests write. Thread-safe. */
final class FieldOwners {

    private final InstantSource clock;

    FieldOwners(InstantSource clock) {
        this.clock = clock;
    }

    /** An object after a write that is no apply: the caller owns what it changed. */
    Struct written(ServedResource resource, ApiCall call, Struct before, Struct after) {
        try {
            return Ownership.written(before, after, writer(resource, call));
        } catch (IllegalArgumentException | DecodeException e) {
            throw ApiErrors.badRequest("metadata.managedFields can't be read: " + e.getMessage());
        }
    }

    /** An object with what the caller applies. */
    Struct applied(ServedResource resource, ApiCall call, Struct live, Struct config) {
        Ownership.Writer writer = writer(resource, call);
        try {
            return LastApplied.remembered(
                    call, Ownership.applied(live, config, writer, call.flag("force")));
        } catch (ApplyConflictException e) {
            if (LastApplied.covers(call, live, writer, e)) {
                return LastApplied.remembered(call, Ownership.applied(live, config, writer, true));
            }
            throw ApiErrors.applyConflict(e);
        } catch (IllegalArgumentException | DecodeException e) {
            throw Bodies.untyped(config, String.valueOf(e.getMessage()));
        }
    }

    private Ownership.Writer writer(ServedResource resource, ApiCall call) {
        return new Ownership.Writer(
                call.manager(),
                resource.gvk().groupVersion().toString(),
                call.info().subresource(),
                notOwned(resource, call.info().subresource()),
                clock.instant());
    }

    /**
     * The status is written through its subresource, and nothing else through that; what is asked
     * with a certificate request can't be changed, so that nobody need own it.
     */
    private static Set<String> notOwned(ServedResource resource, String subresource) {
        if (!resource.hasStatus()) {
            return Set.of();
        }
        if (resource.gvk().kind().equals("CertificateSigningRequest") && subresource.isEmpty()) {
            return Set.of("status", "spec");
        }
        if (!subresource.equals("status")) {
            return Set.of("status");
        }
        Set<String> others = new TreeSet<>();
        resource.type().definition().fields().forEach(f -> others.add(f.name()));
        others.removeAll(Set.of("status", "metadata"));
        return others;
    }
}
