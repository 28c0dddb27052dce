package dev.quilla.apiserver.audit;

import dev.quilla.client.Body;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.codec.YamlCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Objects as trees of JSON, whatever they came as. */
final class AuditObjects {

    private AuditObjects() {}

    /** What was sent; empty where that is nothing, or nothing that can be read. */
    static Optional<Object> of(Body body, Optional<Definition> definition) {
        try {
            return switch (body) {
                case Body.None _ -> Optional.empty();
                case Body.OfStruct(Struct struct) -> Optional.of(of(struct));
                case Body.OfBytes bytes -> of(bytes, definition);
            };
        } catch (DecodeException e) {
            // Whoever sent it is told so; the event holds the refusal.
            return Optional.empty();
        }
    }

    private static Optional<Object> of(Body.OfBytes body, Optional<Definition> definition) {
        String type = body.contentType().split(";")[0].strip();
        byte[] bytes = body.bytes().shared();
        if (type.endsWith("protobuf")) {
            return definition.map(d -> of(ProtobufCodec.decode(d, ProtobufCodec.open(bytes))));
        }
        if (type.endsWith("yaml")) {
            List<Map<String, @Nullable Object>> documents =
                    YamlCodec.readAll(body.bytes().toUtf8());
            return documents.isEmpty() ? Optional.empty() : Optional.of(documents.getFirst());
        }
        return Optional.ofNullable(JsonTree.parse(bytes));
    }

    static Object of(Struct struct) {
        return JsonTree.parseObject(JsonCodec.encode(struct));
    }

    /** The same without them, in a list's items too. */
    static Object withoutManagedFields(Object object) {
        if (!(object instanceof Map<?, ?> map)) {
            return object;
        }
        Map<Object, @Nullable Object> result = new LinkedHashMap<>(map);
        if (map.get("metadata") instanceof Map<?, ?> metadata) {
            Map<Object, @Nullable Object> rest = new LinkedHashMap<>(metadata);
            rest.remove("managedFields");
            result.put("metadata", rest);
        }
        if (map.get("items") instanceof List<?> items) {
            List<Object> cleaned = new ArrayList<>();
            items.forEach(item -> cleaned.add(withoutManagedFields(item)));
            result.put("items", cleaned);
        }
        return result;
    }
}
