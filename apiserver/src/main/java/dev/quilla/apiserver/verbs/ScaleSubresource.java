package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.patch.JsonMergePatch;
import dev.quilla.model.patch.JsonPatch;
import dev.quilla.model.patch.PatchException;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.validation.FieldError;
import java.util.List;

/** How many replicas an object wants and has, whatever its kind. */
final class ScaleSubresource {

    private final ObjectStore objects;
    private final UpdateVerb update;

    ScaleSubresource(ObjectStore objects, UpdateVerb update) {
        this.objects = objects;
        this.update = update;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        ObjectKey key = new ObjectKey(call.info().namespace(), call.info().name());
        return switch (call.info().verb()) {
            case "get" ->
                    ApiReply.of(
                            200,
                            scale(objects.get(objects.newest(), resource.type(), key).object())
                                    .struct());
            case "update", "patch" ->
                    ApiReply.of(
                            200,
                            scale(update.change(resource, call, before -> rescaled(call, before)))
                                    .struct());
            default ->
                    throw ApiErrors.methodNotSupported(
                            resource.groupResource(), call.info().verb());
        };
    }

    private static Struct rescaled(ApiCall call, Struct before) {
        Scale wanted = wanted(call, scale(before));
        if (wanted.spec().replicas() < 0) {
            throw ApiErrors.invalid(
                    Scale.definition().kinds().getFirst(),
                    Metadata.name(before),
                    List.of(
                            FieldError.invalid(
                                    "spec.replicas",
                                    wanted.spec().replicas(),
                                    "must be greater than or equal to 0")));
        }
        Struct after = before.withAt(wanted.spec().replicas(), "spec", "replicas");
        String version = wanted.metadata().resourceVersion();
        return Metadata.edit(
                after,
                m -> version.isEmpty() ? m.clearResourceVersion() : m.resourceVersion(version));
    }

    private static Scale wanted(ApiCall call, Scale current) {
        if (call.info().verb().equals("update")) {
            return new Scale(
                    Bodies.object(call, Scale.definition(), Scale.definition().kinds().getFirst())
                            .struct());
        }
        if (!(call.body() instanceof Body.OfBytes body)) {
            throw ApiErrors.badRequest("a patch has a body");
        }
        Struct unversioned =
                Metadata.edit(current.struct(), ObjectMeta.Builder::clearResourceVersion);
        Object target = JsonCodec.toTree(unversioned);
        Object patch = JsonTree.parse(body.bytes().shared());
        try {
            Object result =
                    body.contentType().startsWith("application/json-patch+json")
                            ? JsonPatch.apply(target, patch)
                            : JsonMergePatch.apply(target, patch);
            return new Scale(
                    Bodies.decode(Scale.definition(), JsonTree.write(result), Bodies.policy(call))
                            .struct());
        } catch (PatchException e) {
            throw ApiErrors.badRequest(e.getMessage());
        }
    }

    private static Scale scale(Struct object) {
        ObjectMeta metadata = Metadata.of(object);
        int wanted = object.at("spec", "replicas").map(r -> (Integer) r).orElse(0);
        int has = object.at("status", "replicas").map(r -> (Integer) r).orElse(0);
        String selector =
                object.at("spec", "selector")
                        .filter(s -> s instanceof Struct)
                        .map(s -> Selector.of(new LabelSelector((Struct) s)).toString())
                        .orElse("");
        return Scale.builder()
                .metadata(m -> {
                    m.name(metadata.name())
                            .namespace(metadata.namespace())
                            .uid(metadata.uid())
                            .resourceVersion(metadata.resourceVersion());
                    metadata.creationTimestamp().ifPresent(m::creationTimestamp);
                    return m;
                })
                .spec(s -> s.replicas(wanted))
                .status(s ->
                        selector.isEmpty() ? s.replicas(has) : s.replicas(has).selector(selector))
                .build();
    }
}
