package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.Decoded;
import dev.quilla.model.meta.v1.ObjectMeta;

/** {@code PATCH} with a configuration: server-side apply. Creates what is not there. */
final class ApplyVerb {

    private final CreateVerb create;
    private final UpdateVerb update;
    private final FieldOwners owners;

    ApplyVerb(CreateVerb create, UpdateVerb update, FieldOwners owners) {
        this.create = create;
        this.update = update;
        this.owners = owners;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        Decoded config =
                Bodies.checked(
                        resource, config(call, resource.type().definition(), resource.gvk()));
        try {
            return update(resource, call, config);
        } catch (ApiException e) {
            if (!e.isNotFound() || !call.info().subresource().isEmpty()) {
                throw e;
            }
            return create(resource, call, config);
        }
    }

    /** What is applied, which must be about what the path names. */
    static Decoded config(ApiCall call, Definition definition, GroupVersionKind expected) {
        Decoded config = Bodies.applied(call, definition, expected);
        check(call, Metadata.of(config.struct()));
        return config;
    }

    private static void check(ApiCall call, ObjectMeta metadata) {
        if (!metadata.name().isEmpty() && !metadata.name().equals(call.info().name())) {
            throw ApiErrors.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(metadata.name(), call.info().name()));
        }
        if (metadata.hasManagedFields()) {
            throw ApiErrors.badRequest("metadata.managedFields must be nil");
        }
    }

    private ApiReply update(ServedResource resource, ApiCall call, Decoded config) {
        Struct applied =
                update.patch(
                        resource,
                        call,
                        live -> owners.applied(resource, call, live, config.struct()));
        return new ApiReply.OfStruct(200, applied, config.warnings());
    }

    private ApiReply create(ServedResource resource, ApiCall call, Decoded config) {
        String uid = Metadata.of(config.struct()).uid();
        if (!uid.isEmpty()) {
            throw ApiErrors.conflict(
                    resource.groupResource(),
                    call.info().name(),
                    "uid mismatch: the provided object specified uid "
                            + uid
                            + ", and no existing object was found");
        }
        Struct empty = resource.type().definition().empty();
        Struct object = owners.applied(resource, call, empty, config.struct());
        return new ApiReply.OfStored(
                201, create.createAbsent(resource, call, object), config.warnings());
    }
}
