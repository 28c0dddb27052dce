package dev.quilla.apiserver.admission.match;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.cel.Authority;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.cel.PlainValues;
import dev.quilla.apiserver.cel.ResourceCheck;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What expressions may know of a request. Thread-safe. */
public final class RequestValues {

    private final RuleMatcher matcher;
    private final Versions versions;
    private final Authorizer authorizer;

    /**
     * Knows namespaces from a matcher.
     *
     * @param authorizer whom expressions ask
     */
    public RequestValues(RuleMatcher matcher, Versions versions, Authorizer authorizer) {
        this.matcher = matcher;
        this.versions = versions;
        this.authorizer = authorizer;
    }

    /**
     * The variables by which expressions know a request.
     *
     * @param object what is sent, in any version; empty for deletions
     */
    public Map<String, Supplier<Object>> of(Subject subject, Optional<Struct> object) {
        Request request = subject.request();
        GroupVersionKind kind = Reviews.kind(request, subject.as());
        Authority authority = new Asker(authorizer, request.call().identity());
        Map<String, Supplier<Object>> values = new LinkedHashMap<>();
        values.put("object", () -> object(object.map(o -> versions.as(subject.as(), o)), kind));
        values.put(
                "oldObject",
                () -> object(request.before().map(b -> versions.as(subject.as(), b)), kind));
        values.put("request", () -> request(subject, object));
        values.put("namespaceObject", () -> namespace(request.call().info()));
        values.put("authorizer", () -> authority);
        values.put(
                "authorizer.requestResource",
                () -> new ResourceCheck(authority, request.call().info()));
        return values;
    }

    /** An object with its kind, as expressions see it; null where there is none. */
    public static Object object(Optional<Struct> object, GroupVersionKind kind) {
        if (object.isEmpty()) {
            return Expressions.NULL;
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("apiVersion", kind.groupVersion().toString());
        fields.put("kind", kind.kind());
        ((Map<?, ?>) JsonCodec.toTree(object.get()))
                .forEach((name, value) -> fields.put((String) name, value));
        return PlainValues.of(fields);
    }

    private Object namespace(RequestInfo info) {
        boolean itself = info.group().isEmpty() && info.resource().equals("namespaces");
        if (info.namespace().isEmpty() || itself) {
            return Expressions.NULL;
        }
        Struct namespace = matcher.namespace(info.namespace());
        return object(Optional.of(namespace), namespace.definition().kinds().getFirst());
    }

    private static Object request(Subject subject, Optional<Struct> object) {
        // The objects are variables of their own.
        Map<String, @Nullable Object> review =
                Reviews.request("", subject, Optional.empty(), Optional.empty());
        review.keySet().removeAll(Set.of("uid", "object", "oldObject"));
        review.putIfAbsent("name", object.map(o -> o.text("metadata", "name")).orElse(""));
        return PlainValues.of(review);
    }

    private record Asker(Authorizer authorizer, Identity who) implements Authority {

        @Override
        public boolean allows(RequestInfo what) {
            return authorizer.allows(who, what);
        }

        @Override
        public Authority as(String namespace, String account) {
            return new Asker(authorizer, Identity.serviceAccount(namespace, account, ""));
        }
    }
}
