package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.Decoded;
import dev.quilla.model.meta.v1.ObjectMeta;

/** {@code PUT}: an object is replaced by another. Of some kinds it creates what is not there. */
final class ReplaceVerb {

    private final CreateVerb create;
    private final UpdateVerb update;

    ReplaceVerb(CreateVerb create, UpdateVerb update) {
        this.create = create;
        this.update = update;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        Decoded decoded = Bodies.object(call, resource);
        call.trail().understood(() -> resource.behaviour().defaults(decoded.struct()));
        ObjectMeta sent = Metadata.of(decoded.struct());
        if (sent.name().isEmpty()) {
            throw ApiErrors.badRequest(
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(call.info().name()));
        }
        try {
            Struct updated =
                    update.change(
                            resource,
                            call,
                            before -> {
                                checkUid(resource, sent, Metadata.of(before).uid());
                                UpdateVerb.checkVersion(resource, sent);
                                return decoded.struct();
                            });
            return new ApiReply.OfStruct(200, updated, decoded.warnings());
        } catch (ApiException e) {
            if (!e.isNotFound()
                    || !call.info().subresource().isEmpty()
                    || !resource.isCreatedByReplacing()) {
                throw e;
            }
            return create(resource, call, decoded);
        }
    }

    /** Which version it replaces does not matter where there is none. */
    private ApiReply create(ServedResource resource, ApiCall call, Decoded decoded) {
        checkUid(resource, Metadata.of(decoded.struct()), "");
        Struct object = Metadata.edit(decoded.struct(), m -> m.clearResourceVersion().clearUid());
        return new ApiReply.OfStored(
                201, create.createAbsent(resource, call, object), decoded.warnings());
    }

    /** Another object of the same name is not what is replaced. */
    private static void checkUid(ServedResource resource, ObjectMeta sent, String uid) {
        if (!sent.uid().isEmpty() && !sent.uid().equals(uid)) {
            throw ApiErrors.conflict(
                    resource.groupResource(),
                    sent.name(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(sent.uid(), uid));
        }
    }
}
