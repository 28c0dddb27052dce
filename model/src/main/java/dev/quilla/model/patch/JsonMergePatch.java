package dev.quilla.model.patch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON merge patch, RFC 7386. */
public final class JsonMergePatch {

    private JsonMergePatch() {}

    /** The target with the patch applied; neither is changed. */
    public static @Nullable Object apply(@Nullable Object target, @Nullable Object patch) {
        if (!(patch instanceof Map<?, ?> changes)) {
            return patch;
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        if (target instanceof Map<?, ?> map) {
            map.forEach((k, v) -> result.put((String) k, v));
        }
        changes.forEach((k, v) -> {
            String key = (String) k;
            if (v == null) {
                result.remove(key);
            } else {
                result.put(key, apply(result.get(key), v));
            }
        });
        return result;
    }
}
