package dev.quilla.client.fake;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.Schema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The path of a request, understood. */
record FakePath(Schema.ApiResource resource, String namespace, String name) {

    static FakePath parse(String path) {
        Deque<String> parts = new ArrayDeque<>(List.of(path.substring(1).split("/")));
        String group = parts.remove().equals("api") ? "" : parts.remove();
        String version = parts.remove();
        String namespace = "";
        if (parts.size() > 2 && parts.peek().equals("namespaces")) {
            parts.remove();
            namespace = parts.remove();
        }
        GroupVersionResource gvr = new GroupVersionResource(group, version, parts.remove());
        return new FakePath(
                Schema.builtin().find(gvr).orElseThrow(ApiErrors::noSuchPath),
                namespace,
                parts.isEmpty() ? "" : parts.remove());
    }

    FakePath named(String object) {
        return new FakePath(resource, namespace, object);
    }

    GroupResource group() {
        return resource.gvr().groupResource();
    }

    String object() {
        return group() + "|" + namespace + "|" + name;
    }

    /** Whether this collection holds an object. */
    boolean holds(String object) {
        return object.startsWith(
                namespace.isEmpty() ? group() + "|" : group() + "|" + namespace + "|");
    }
}
