package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code PATCH}: JSON patch, JSON merge patch, strategic merge patch. */
final class PatchVerb {

    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final List<String> TYPES =
            List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC, ApiCall.APPLY);

    /** Schemas of custom kinds don't say how their lists merge in a strategic merge patch. */
    private static final List<String> TYPES_OF_CUSTOM =
            List.of(JSON_PATCH, MERGE_PATCH, ApiCall.APPLY);

    private final UpdateVerb update;
    private final ApplyVerb apply;

    PatchVerb(UpdateVerb update, ApplyVerb apply) {
        this.update = update;
        this.apply = apply;
    }

    /**
     * Refuses a patch of a type that the resource doesn't take, before anything else of it is
     * looked at: a client that prefers another type (CBOR) learns by this alone that it must not.
     * Only of custom kinds it is told which it may use.
     *
     * @throws dev.quilla.model.ApiException 415 if it is of such a type
     */
    static void checkType(ServedResource resource, ApiCall call) {
        if (!call.info().verb().equals("patch") || !(call.body() instanceof Body.OfBytes body)) {
            return;
        }
        boolean custom = resource.type().definition().custom();
        if (!(custom ? TYPES_OF_CUSTOM : TYPES).contains(type(body))) {
            throw custom
                    ? ApiErrors.unsupportedMediaType(String.join(", ", TYPES_OF_CUSTOM))
                    : ApiErrors.unsupportedMediaType();
        }
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        if (!(call.body() instanceof Body.OfBytes body)) {
            throw ApiErrors.badRequest("a patch has a body");
        }
        if (call.applies()) {
            return apply.handle(resource, call);
        }
        String type = type(body);
        List<String> warnings = new ArrayList<>();
        Struct patched =
                update.patch(
                        resource,
                        call,
                        before -> {
                            warnings.clear();
                            // Not before the object is found, which matters more.
                            Object patch = tree(body.bytes().shared());
                            Decoded after = apply(resource, type, before, patch, call);
                            warnings.addAll(after.warnings());
                            return after.struct();
                        });
        return new ApiReply.OfStruct(200, patched, warnings);
    }

    /** How the patch is to be read. */
    static String type(Body.OfBytes body) {
        return Bodies.type(body);
    }

    private static Decoded apply(
            ServedResource resource,
            String type,
            Struct before,
            @Nullable Object patch,
            ApiCall call) {
        Changed changed = changed(type, before, patch);
        Decoded decoded = Bodies.patched(call, resource, changed.json(), changed.shown());
        if (Metadata.name(decoded.struct()).isEmpty()) {
            throw ApiErrors.badRequest(
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(call.info().name()));
        }
        return decoded;
    }

    /**
     * What a patch makes of an object.
     *
     * @param json which may be no object of the kind
     * @param shown what its author is shown then
     */
    record Changed(byte[] json, byte[] shown) {}

    /** Applies a patch of a type, whatever comes of it. */
    static Changed changed(String type, Struct before, @Nullable Object patch) {
        Map<String, @Nullable Object> target = JsonTree.parseObject(JsonCodec.encode(before));
        try {
            byte[] result =
                    JsonTree.write(
                            switch (type) {
                                case JSON_PATCH -> JsonPatch.apply(target, operations(patch));
                                case MERGE_PATCH -> JsonMergePatch.apply(target, object(patch));
                                case STRATEGIC ->
                                        StrategicMergePatch.apply(
                                                before.definition(), target, unsaid(patch));
                                default ->
                                        throw new IllegalArgumentException(
                                                "a patch of a type not looked at: " + type);
                            });
            return new Changed(result, type.equals(STRATEGIC) ? JsonTree.write(patch) : result);
        } catch (PatchException e) {
            throw type.equals(JSON_PATCH)
                    ? ApiErrors.unprocessable(e.getMessage())
                    : ApiErrors.badRequest(e.getMessage());
        }
    }

    /** The operations of a JSON patch; whether they fit is looked at one by one. */
    private static @Nullable Object operations(@Nullable Object patch) {
        boolean operations =
                patch == null
                        || patch instanceof List<?> list
                                && list.stream().allMatch(Map.class::isInstance);
        if (!operations) {
            throw ApiErrors.badRequest(
                    "error decoding patch: a JSON patch is a list of operations, each an object");
        }
        return patch;
    }

    /** A strategic merge patch, which makes no other kind of an object. */
    private static Map<String, @Nullable Object> unsaid(@Nullable Object patch) {
        Map<String, @Nullable Object> changes =
                new LinkedHashMap<>(object(patch == null ? Map.of() : patch));
        for (String said : List.of("kind", "apiVersion")) {
            if (changes.get(said) instanceof String) {
                changes.remove(said);
            }
        }
        return changes;
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
