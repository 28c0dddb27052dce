package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.Decoded;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.codec.UnknownFields;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.codec.Zeros;
import dev.quilla.model.validation.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what requests send. */
final class Bodies {

    private static final String ACCEPTED =
            "application/json, application/yaml, application/vnd.kubernetes.protobuf";
    private static final String UNKNOWN = "unknown field ";
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private Bodies() {}

    /** The object of a create or update, checked against what the path says. */
    static Decoded object(ApiCall call, Definition definition, GroupVersionKind expected) {
        return switch (call.body()) {
            case Body.None ignored -> throw ApiErrors.badRequest("the request has no body");
            case Body.OfStruct(Struct struct) -> new Decoded(struct, List.of());
            case Body.OfBytes bytes -> {
                Decoded decoded = decode(definition, bytes, policy(call));
                // Told even to who is refused for something else.
                decoded.warnings().forEach(call.warnings()::add);
                yield typed(decoded, expected);
            }
        };
    }

    /** The configuration of a server-side apply: YAML, or JSON, which is YAML too. */
    static Decoded applied(ApiCall call, Definition definition, GroupVersionKind expected) {
        if (!(call.body() instanceof Body.OfBytes bytes)) {
            throw ApiErrors.badRequest("the request has no body");
        }
        Content content = yaml(bytes.bytes().toUtf8());
        Decoded decoded = once(known(definition, content), content.duplicates(), policy(call));
        Struct sent = decoded.struct();
        if (sent.text("kind").isEmpty() || sent.text("apiVersion").isEmpty()) {
            throw ApiErrors.badRequest(
                    "invalid object type: %s, Kind=%s"
                            .formatted(sent.text("apiVersion"), sent.text("kind")));
        }
        return typed(decoded, expected);
    }

    /** What is applied, in which each key should be there once in its mapping. */
    private static Decoded once(Decoded decoded, List<String> duplicates, UnknownFields policy) {
        if (duplicates.isEmpty() || policy == UnknownFields.IGNORE) {
            return decoded;
        }
        if (policy == UnknownFields.STRICT) {
            throw ApiErrors.badRequest(
                    "error strict decoding YAML: " + String.join(", ", duplicates));
        }
        return new Decoded(decoded.struct(), duplicates, decoded.mistakes());
    }

    /** What is applied must be of the kind it says that it is, however strictly it is read. */
    private static Decoded known(Definition definition, Content content) {
        try {
            Decoded decoded = JsonCodec.decode(definition, content.json(), UnknownFields.WARN);
            for (String complaint : decoded.warnings()) {
                if (complaint.startsWith(UNKNOWN)) {
                    String field = complaint.substring(UNKNOWN.length()).replace("\"", "");
                    throw untyped(decoded.struct(), "." + field + ": field not declared in schema");
                }
            }
            return new Decoded(decoded.struct(), List.of(), decoded.mistakes());
        } catch (DecodeException e) {
            throw untyped(definition.empty(), e.getMessage());
        }
    }

    /**
     * What is applied is not what its kind is. Kubernetes answers the same with code 500, after
     * which clients would send it again.
     */
    static ApiException untyped(Struct sent, String why) {
        return ApiErrors.badRequest(
                "failed to create typed patch object (%s/%s; %s, Kind=%s): %s"
                        .formatted(
                                sent.text("metadata", "namespace"),
                                sent.text("metadata", "name"),
                                sent.text("apiVersion"),
                                sent.text("kind"),
                                why));
    }

    private static Decoded typed(Decoded decoded, GroupVersionKind expected) {
        Struct struct = decoded.struct();
        String kind = struct.text("kind");
        String version = struct.text("apiVersion");
        String wanted = expected.groupVersion().toString();
        if (struct.definition().custom()) {
            said(kind, version, expected);
        }
        boolean other =
                !(kind.isEmpty() || kind.equals(expected.kind()))
                        || !(version.isEmpty() || version.equals(wanted));
        if (other) {
            throw ApiErrors.badRequest(
                    "the object provided is unrecognized (must be of type %s): %s %s"
                            .formatted(expected.kind(), version, kind));
        }
        struct = struct.with("kind", expected.kind()).with("apiVersion", wanted);
        return new Decoded(struct, decoded.warnings(), decoded.mistakes());
    }

    /** Objects of kinds that users define say what they are. */
    private static void said(String kind, String version, GroupVersionKind expected) {
        if (kind.isEmpty()) {
            throw ApiErrors.badRequest(
                    "the object provided is unrecognized (must be of type %s): Object 'Kind' is"
                                    .formatted(expected.kind())
                            + " missing");
        }
        if (!version.equals(expected.groupVersion().toString())) {
            throw ApiErrors.badRequest(
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(version, expected.groupVersion()));
        }
        if (!kind.equals(expected.kind())) {
            throw ApiErrors.invalid(
                    new GroupVersionKind(expected.group(), expected.version(), kind),
                    "",
                    List.of(FieldError.invalid("kind", kind, "must be " + expected.kind())));
        }
    }

    /** An object of a resource. */
    static Decoded object(ApiCall call, ServedResource resource) {
        return checked(resource, meant(object(call, resource.type().definition(), resource.gvk())));
    }

    /** What of an object says something. */
    private static Decoded meant(Decoded decoded) {
        return new Decoded(Zeros.dropped(decoded.struct()), decoded.warnings(), decoded.mistakes());
    }

    /**
     * An object of a resource, as a patch made it. Where it is none, it is the patch that is wrong,
     * not an object that somebody sent.
     *
     * @param shown what is shown to who sent a patch that makes no object
     */
    static Decoded patched(ApiCall call, ServedResource resource, byte[] json, byte[] shown) {
        Definition definition = resource.type().definition();
        Decoded decoded = patched(call, definition, json, shown);
        Struct made = decoded.struct();
        String kind = made.text("kind");
        String version = made.text("apiVersion");
        boolean other =
                !kind.isEmpty() && !kind.equals(resource.gvk().kind())
                        || !version.isEmpty()
                                && !version.equals(resource.gvk().groupVersion().toString());
        if (other && !definition.custom()) {
            throw wrongPatch(
                    shown,
                    "no kind \"%s\" is registered for version \"%s\"".formatted(kind, version));
        }
        return checked(resource, meant(typed(decoded, resource.gvk())));
    }

    /** What a patch made of something of that definition. */
    static Decoded patched(ApiCall call, Definition definition, byte[] json, byte[] shown) {
        try {
            return JsonCodec.decode(definition, json, policy(call));
        } catch (DecodeException e) {
            throw wrongPatch(shown, e.getMessage());
        }
    }

    private static ApiException wrongPatch(byte[] shown, String why) {
        return ApiErrors.invalid(
                new GroupVersionKind("", "", ""),
                "",
                List.of(
                        FieldError.invalid(
                                "patch", new String(shown, StandardCharsets.UTF_8), why)));
    }

    /**
     * Where values are of the wrong type, the other rules that are broken are told with them, so
     * that one look is enough.
     */
    static Decoded checked(ServedResource resource, Decoded decoded) {
        if (decoded.mistakes().isEmpty()) {
            return decoded;
        }
        Struct object = resource.behaviour().defaults(decoded.struct());
        List<FieldError> errors = new ArrayList<>(decoded.mistakes());
        Set<String> told = new HashSet<>();
        decoded.mistakes().forEach(mistake -> told.add(mistake.field()));
        resource.behaviour().validate(object, Optional.empty()).stream()
                .filter(error -> !told.contains(error.field()))
                .forEach(errors::add);
        throw ApiErrors.invalid(resource.gvk(), object.text("metadata", "name"), errors);
    }

    /** Content that may be missing, such as the options of a delete. */
    static Optional<Struct> optional(ApiCall call, Definition definition) {
        return switch (call.body()) {
            case Body.None ignored -> Optional.empty();
            case Body.OfStruct(Struct struct) ->
                    struct.definition() == definition ? Optional.of(struct) : Optional.empty();
            case Body.OfBytes bytes ->
                    bytes.bytes().length() == 0
                            ? Optional.empty()
                            : Optional.of(decode(definition, bytes, UnknownFields.IGNORE).struct());
        };
    }

    private static Decoded decode(Definition definition, Body.OfBytes body, UnknownFields policy) {
        if (type(body).equals(PROTOBUF) && !ProtobufCodec.supports(definition)) {
            throw ApiErrors.unsupportedMediaType("application/json, application/yaml");
        }
        return type(body).equals(PROTOBUF)
                ? protobuf(definition, body.bytes().shared())
                : decode(definition, content(body), policy);
    }

    /** Protobuf has no unknown fields to complain of: it can't tell them from a later version's. */
    private static Decoded protobuf(Definition definition, byte[] bytes) {
        try {
            return new Decoded(
                    ProtobufCodec.decode(definition, ProtobufCodec.open(bytes)), List.of());
        } catch (DecodeException e) {
            throw refused(definition, e);
        }
    }

    /** Decodes with errors as the API words them. */
    static Decoded decode(Definition definition, byte[] json, UnknownFields policy) {
        try {
            return JsonCodec.decode(definition, json, policy);
        } catch (DecodeException e) {
            throw refused(definition, e);
        }
    }

    /**
     * What was sent, as JSON.
     *
     * @param duplicates keys that were there more than once, which JSON's reader can't see
     */
    private record Content(byte[] json, List<String> duplicates) {}

    private static Decoded decode(Definition definition, Content content, UnknownFields policy) {
        List<String> complaints = new ArrayList<>(content.duplicates());
        if (complaints.isEmpty() || policy == UnknownFields.IGNORE) {
            return decode(definition, content.json(), policy);
        }
        Decoded decoded = decode(definition, content.json(), UnknownFields.WARN);
        complaints.addAll(decoded.warnings());
        if (policy == UnknownFields.STRICT) {
            throw refused(
                    definition,
                    new DecodeException(
                            "strict decoding error: " + String.join(", ", complaints), complaints));
        }
        return new Decoded(decoded.struct(), complaints, decoded.mistakes());
    }

    private static ApiException refused(Definition definition, DecodeException e) {
        return ApiErrors.badRequest(
                "%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(
                                kind(definition),
                                definition.kinds().stream()
                                        .findFirst()
                                        .map(GroupVersionKind::version)
                                        .orElse("v1"),
                                kind(definition),
                                e.getMessage()));
    }

    /** How unknown fields are treated: the server's default is to warn. */
    static UnknownFields policy(ApiCall call) {
        return switch (call.text("fieldValidation")) {
            case "Strict" -> UnknownFields.STRICT;
            case "Ignore" -> UnknownFields.IGNORE;
            case "", "Warn" -> UnknownFields.WARN;
            default ->
                    throw ApiErrors.badRequest(
                            "fieldValidation must be Strict, Warn or Ignore, not "
                                    + call.text("fieldValidation"));
        };
    }

    /** The media type of a body, without what else is said of it; JSON if nothing is said. */
    static String type(Body.OfBytes body) {
        return body.contentType().isBlank() ? JSON : body.contentType().split(";", 2)[0].strip();
    }

    private static Content content(Body.OfBytes body) {
        return switch (type(body)) {
            case JSON -> new Content(body.bytes().shared(), List.of());
            case "application/yaml", "text/yaml" -> yaml(body.bytes().toUtf8());
            default -> throw ApiErrors.unsupportedMediaType(ACCEPTED);
        };
    }

    private static Content yaml(String text) {
        try {
            YamlCodec.Documents documents = YamlCodec.readLast(text);
            List<Map<String, @Nullable Object>> trees = documents.trees();
            if (trees.size() != 1) {
                throw ApiErrors.badRequest("a request holds one object, not " + trees.size());
            }
            return new Content(JsonTree.write(trees.getFirst()), documents.duplicates());
        } catch (DecodeException e) {
            throw ApiErrors.badRequest(e.getMessage());
        }
    }

    private static String kind(Definition definition) {
        return definition.name().substring(definition.name().lastIndexOf('.') + 1);
    }
}
