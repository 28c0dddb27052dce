package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.apply.ApplyConflictException;
import dev.quilla.model.apply.Ownership;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;

/** Keeps the managed fields of what requests write. Thread-safe. */
final class FieldOwners {

    private final ResourceRegistry registry;
    private final Versions versions;
    private final InstantSource clock;

    /**
     * Of a registry's resources.
     *
     * @param versions converts objects to what owners wrote in, where that is another version
     */
    FieldOwners(ResourceRegistry registry, Versions versions, InstantSource clock) {
        this.registry = registry;
        this.versions = versions;
        this.clock = clock;
    }

    /**
     * An object after a write that is no apply: the caller owns what it changed. Nobody owns
     * anything any more where that can't be told, as such writes don't fail for others' sake.
     */
    Struct written(ServedResource resource, ApiCall call, Struct before, Struct after) {
        try {
            return Ownership.written(
                    before, after, writer(resource, call), versions(resource, call));
        } catch (IllegalArgumentException | DecodeException e) {
            throw ApiErrors.badRequest("metadata.managedFields can't be read: " + e.getMessage());
        } catch (ApiException e) {
            return Metadata.edit(after, ObjectMeta.Builder::clearManagedFields);
        }
    }

    /** An object with what the caller applies. */
    Struct applied(ServedResource resource, ApiCall call, Struct live, Struct config) {
        Ownership.Writer writer = writer(resource, call);
        try {
            Struct applied =
                    Ownership.applied(
                            live,
                            config,
                            writer,
                            versions(resource, call),
                            conflict ->
                                    call.flag("force")
                                            || LastApplied.covers(call, live, writer, conflict));
            return LastApplied.remembered(call, applied);
        } catch (ApplyConflictException e) {
            throw ApiErrors.applyConflict(e);
        } catch (IllegalArgumentException | DecodeException e) {
            throw Bodies.untyped(config, String.valueOf(e.getMessage()));
        }
    }

    private OwnersVersions versions(ServedResource resource, ApiCall call) {
        return new OwnersVersions(registry, versions, resource, call.info().subresource());
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
    static Set<String> notOwned(ServedResource resource, String subresource) {
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
