package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.core.v1.ObjectReference;
import java.util.List;

/** Makes references to objects. */
public final class ObjectReferences {

    private ObjectReferences() {}

    /** A reference to an object; also where a list left out its kind. */
    public static ObjectReference of(ApiObject object) {
        List<GroupVersionKind> kinds = object.struct().definition().kinds();
        String apiVersion = object.struct().text("apiVersion");
        String kind = object.struct().text("kind");
        if (kind.isEmpty() && !kinds.isEmpty()) {
            GroupVersionKind first = kinds.getFirst();
            kind = first.kind();
            apiVersion = first.groupVersion().toString();
        }
        ObjectReference.Builder reference =
                ObjectReference.builder().apiVersion(apiVersion).kind(kind).name(object.name());
        if (!object.namespace().isEmpty()) {
            reference.namespace(object.namespace());
        }
        if (!object.uid().isEmpty()) {
            reference.uid(object.uid());
        }
        if (!object.resourceVersion().isEmpty()) {
            reference.resourceVersion(object.resourceVersion());
        }
        return reference.build();
    }
}
