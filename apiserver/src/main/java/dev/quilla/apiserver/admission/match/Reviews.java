package dev.quilla.apiserver.admission.match;

import dev.quilla.apiserver.admission.Admission.Operation;
import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.Body;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests as webhooks and expressions get them: {@code AdmissionReview} of {@code
 * admission.k8s.io/v1}.
 */
public final class Reviews {

    private Reviews() {}

    /**
     * The request of a review, as a JSON tree.
     *
     * @param object what is sent, in the version that is told; empty for deletions
     * @param before what is there, in the version that is told
     */
    public static Map<String, @Nullable Object> request(
            String uid, Subject subject, Optional<Struct> object, Optional<Struct> before) {
        Request request = subject.request();
        ApiCall call = request.call();
        RequestInfo info = call.info();
        GroupVersionResource told = subject.converted() ? subject.as().type().gvr() : info.gvr();
        GroupVersionKind kind = kind(request, subject.as());
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("uid", uid);
        tree.put("kind", kind(kind));
        tree.put("resource", resource(told));
        put(tree, "subResource", info.subresource());
        tree.put("requestKind", kind(request.kind()));
        tree.put("requestResource", resource(info.gvr()));
        put(tree, "requestSubResource", info.subresource());
        put(tree, "name", name(info, object.or(() -> before)));
        put(tree, "namespace", info.namespace());
        tree.put("operation", request.operation().name());
        tree.put("userInfo", user(call.identity()));
        tree.put("object", object.map(o -> object(o, kind)).orElse(null));
        tree.put("oldObject", before.map(b -> object(b, kind)).orElse(null));
        tree.put("dryRun", call.dryRun());
        tree.put("options", options(request));
        return tree;
    }

    /** The kind of what is shown of a request in a version. */
    public static GroupVersionKind kind(Request request, ServedResource as) {
        return request.kind().equals(request.resource().gvk()) ? as.gvk() : request.kind();
    }

    private static void put(Map<String, @Nullable Object> tree, String name, String value) {
        if (!value.isEmpty()) {
            tree.put(name, value);
        }
    }

    private static String name(RequestInfo info, Optional<Struct> object) {
        return info.name().isEmpty()
                ? object.map(o -> o.text("metadata", "name")).orElse("")
                : info.name();
    }

    private static Map<String, String> kind(GroupVersionKind kind) {
        return Map.of("group", kind.group(), "version", kind.version(), "kind", kind.kind());
    }

    private static Map<String, String> resource(GroupVersionResource resource) {
        return Map.of(
                "group", resource.group(),
                "version", resource.version(),
                "resource", resource.resource());
    }

    private static Map<String, Object> user(Identity identity) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("username", identity.user());
        if (!identity.uid().isEmpty()) {
            user.put("uid", identity.uid());
        }
        user.put("groups", identity.groups());
        if (!identity.extra().isEmpty()) {
            user.put("extra", identity.extra());
        }
        return user;
    }

    @SuppressWarnings("unchecked") // an object's keys are text
    private static Map<String, @Nullable Object> object(Struct object, GroupVersionKind kind) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("kind", kind.kind());
        tree.put("apiVersion", kind.groupVersion().toString());
        tree.putAll((Map<String, @Nullable Object>) JsonCodec.toTree(object));
        return tree;
    }

    private static @Nullable Map<String, @Nullable Object> options(Request request) {
        ApiCall call = request.call();
        if (request.operation() == Operation.CONNECT) {
            return null;
        }
        boolean patches = call.info().verb().equals("patch");
        Map<String, @Nullable Object> options = new LinkedHashMap<>();
        options.put(
                "kind",
                switch (request.operation()) {
                    case CREATE -> "CreateOptions";
                    case DELETE -> "DeleteOptions";
                    case UPDATE, CONNECT -> patches ? "PatchOptions" : "UpdateOptions";
                });
        options.put("apiVersion", "meta.k8s.io/v1");
        if (request.operation() == Operation.DELETE) {
            deletion(call, options);
        } else {
            put(options, "fieldManager", call.manager());
            put(options, "fieldValidation", call.text("fieldValidation"));
            if (patches && call.param("force").isPresent()) {
                options.put("force", call.flag("force"));
            }
        }
        if (call.dryRun()) {
            options.put("dryRun", List.of("All"));
        }
        return options;
    }

    @SuppressWarnings("unchecked") // an object's keys are text
    private static void deletion(ApiCall call, Map<String, @Nullable Object> options) {
        if (call.body() instanceof Body.OfStruct(Struct sent)
                && sent.definition() == DeleteOptions.definition()) {
            ((Map<String, @Nullable Object>) JsonCodec.toTree(sent)).forEach(options::putIfAbsent);
        } else if (call.body() instanceof Body.OfBytes bytes
                && bytes.contentType().startsWith(Body.JSON)) {
            Struct sent = bytes.struct(DeleteOptions.definition());
            ((Map<String, @Nullable Object>) JsonCodec.toTree(sent)).forEach(options::putIfAbsent);
        }
        call.param("gracePeriodSeconds")
                .ifPresent(s -> options.put("gracePeriodSeconds", Long.valueOf(s)));
        put(options, "propagationPolicy", call.text("propagationPolicy"));
    }
}
