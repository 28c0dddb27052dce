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

    private static final int NAME_MAX = 128;

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
        try {
            return Ownership.applied(live, config, writer(resource, call), call.flag("force"));
        } catch (ApplyConflictException e) {
            throw ApiErrors.applyConflict(e);
        } catch (IllegalArgumentException | DecodeException e) {
            throw ApiErrors.badRequest("what is applied can't be merged: " + e.getMessage());
        }
    }

    private Ownership.Writer writer(ServedResource resource, ApiCall call) {
        String manager = call.manager();
        if (manager.length() > NAME_MAX) {
            throw ApiErrors.badRequest(
                    "fieldManager may not be longer than " + NAME_MAX + " characters");
        }
        return new Ownership.Writer(
                manager,
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
