package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.Decoded;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.patch.JsonMergePatch;
import dev.quilla.model.patch.JsonPatch;
import dev.quilla.model.patch.PatchException;
import dev.quilla.model.patch.StrategicMergePatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code PATCH}: JSON patch, JSON merge patch, strategic merge patch. */
final class PatchVerb {

    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String ACCEPTED_OF_CUSTOM =
            JSON_PATCH + ", " + MERGE_PATCH + ", " + ApiCall.APPLY;
    private static final String ACCEPTED =
            JSON_PATCH + ", " + MERGE_PATCH + ", " + STRATEGIC + ", " + ApiCall.APPLY;

    private final UpdateVerb update;
    private final ApplyVerb apply;

    PatchVerb(UpdateVerb update, ApplyVerb apply) {
        this.update = update;
        this.apply = apply;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        if (!(call.body() instanceof Body.OfBytes body)) {
            throw ApiErrors.badRequest("a patch has a body");
        }
        if (call.applies()) {
            return apply.handle(resource, call);
        }
        if (call.param("force").isPresent()) {
            throw ApiErrors.badRequest("force: may not be specified for non-apply patch");
        }
        String type = body.contentType().split(";")[0].strip();
        Object patch = tree(body.bytes().shared());
        List<String> warnings = new ArrayList<>();
        Struct patched =
                update.patch(
                        resource,
                        call,
                        before -> {
                            warnings.clear();
                            Decoded after = apply(resource, type, before, patch, call);
                            warnings.addAll(after.warnings());
                            return after.struct();
                        });
        return new ApiReply.OfStruct(200, patched, warnings);
    }

    private static Decoded apply(
            ServedResource resource,
            String type,
            Struct before,
            @Nullable Object patch,
            ApiCall call) {
        Definition definition = resource.type().definition();
        if (type.equals(STRATEGIC) && definition.custom()) {
            // Schemas of custom kinds don't say how their lists merge in this patch.
            throw ApiErrors.unsupportedMediaType(ACCEPTED_OF_CUSTOM);
        }
        Map<String, @Nullable Object> target = JsonTree.parseObject(JsonCodec.encode(before));
        Object result;
        try {
            result =
                    switch (type) {
                        case JSON_PATCH -> JsonPatch.apply(target, patch);
                        case MERGE_PATCH -> JsonMergePatch.apply(target, object(patch));
                        case STRATEGIC ->
                                StrategicMergePatch.apply(definition, target, object(patch));
                        default -> throw ApiErrors.unsupportedMediaType(ACCEPTED);
                    };
        } catch (PatchException e) {
            if (type.equals(JSON_PATCH)) {
                throw ApiErrors.invalid(
                        definition.kinds().getFirst(),
                        Metadata.name(before),
                        List.of(
                                dev.quilla.model.validation.FieldError.invalid(
                                        "patch", type, String.valueOf(e.getMessage()))));
            }
            throw ApiErrors.badRequest(String.valueOf(e.getMessage()));
        }
        return Bodies.patched(call, resource, JsonTree.write(result));
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Map<String, @Nullable Object> object(@Nullable Object patch) {
        if (patch instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw ApiErrors.badRequest("a merge patch is an object");
    }

    static @Nullable Object tree(byte[] json) {
        try {
            return JsonTree.parse(json);
        } catch (DecodeException e) {
            throw ApiErrors.badRequest("error decoding patch: " + e.getMessage());
        }
    }
}
