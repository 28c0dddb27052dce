package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.client.Body;
import dev.quilla.model.Struct;
import dev.quilla.model.apply.ApplyConflictException;
import dev.quilla.model.apply.Ownership;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.UnknownFields;
import dev.quilla.model.codec.YamlCodec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kubectl remembers in an annotation of what it applied by itself, before it left that to the
 * server: so that it may go from one way to the other and back.
 */
final class LastApplied {

    private static final String KUBECTL = "kubectl";
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private LastApplied() {}

    /** Whether all that an apply would take from others is still as kubectl itself applied it. */
    static boolean covers(
            ApiCall call, Struct live, Ownership.Writer writer, ApplyConflictException conflict) {
        String last = Metadata.of(live).annotations().getOrDefault(ANNOTATION, "");
        if (!call.manager().equals(KUBECTL) || last.isEmpty()) {
            return false;
        }
        try {
            Struct config =
                    JsonCodec.decode(
                                    live.definition(),
                                    last.getBytes(StandardCharsets.UTF_8),
                                    UnknownFields.IGNORE)
                            .struct();
            if (!config.text("apiVersion").equals(writer.apiVersion())) {
                // What it says is named as in another version.
                return false;
            }
            Set<String> shared = Ownership.shared(live, config, writer);
            return conflict.conflicts().stream().allMatch(c -> shared.contains(c.field()));
        } catch (IllegalArgumentException | DecodeException e) {
            // Anybody may have written it, so that it may be no configuration.
            return false;
        }
    }

    /** An object that kubectl applied; where it has the annotation, that says what it did. */
    static Struct remembered(ApiCall call, Struct applied) {
        Map<String, String> annotations = new HashMap<>(Metadata.of(applied).annotations());
        boolean remembers =
                call.manager().equals(KUBECTL)
                        && call.info().subresource().isEmpty()
                        && annotations.containsKey(ANNOTATION);
        if (!remembers || !(call.body() instanceof Body.OfBytes body)) {
            return applied;
        }
        Map<String, @Nullable Object> sent =
                new LinkedHashMap<>(YamlCodec.readLast(body.bytes().toUtf8()).trees().getFirst());
        if (sent.get("metadata") instanceof Map<?, ?> metadata) {
            sent.put("metadata", withoutItself(metadata));
        }
        annotations.put(
                ANNOTATION, new String(JsonTree.write(sent), StandardCharsets.UTF_8) + "\n");
        return Metadata.edit(applied, m -> m.annotations(annotations));
    }

    private static Map<Object, @Nullable Object> withoutItself(Map<?, ?> metadata) {
        Map<Object, @Nullable Object> rest = new LinkedHashMap<>(metadata);
        if (rest.get("annotations") instanceof Map<?, ?> annotations) {
            Map<Object, @Nullable Object> others = new LinkedHashMap<>(annotations);
            others.remove(ANNOTATION);
            rest.put("annotations", others);
        }
        return rest;
    }
}
