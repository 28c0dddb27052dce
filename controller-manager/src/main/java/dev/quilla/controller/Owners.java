package dev.quilla.controller;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.meta.v1.OwnerReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who an object belongs to. */
public final class Owners {

    private Owners() {}

    /** The reference to the controller that manages an object, if one does. */
    public static Optional<OwnerReference> controller(ApiObject object) {
        return object.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .findFirst();
    }

    /** The keys of controllers of a kind that manage an object. */
    public static List<ObjectKey> keys(ApiObject object, String kind) {
        return controller(object)
                .filter(o -> o.kind().equals(kind))
                .map(o -> List.of(new ObjectKey(object.namespace(), o.name())))
                .orElse(List.of());
    }

    /** Whether an object is managed by another one. */
    public static boolean isOwnedBy(ApiObject object, ApiObject owner) {
        return controller(object).filter(o -> o.uid().equals(owner.uid())).isPresent();
    }

    /** A reference that makes an object a controller's own. */
    public static <T extends ApiObject> OwnerReference reference(ResourceType<T> type, T owner) {
        return OwnerReference.builder()
                .apiVersion(type.gvk().groupVersion().toString())
                .kind(type.gvk().kind())
                .name(owner.name())
                .uid(owner.uid())
                .controller(true)
                .blockOwnerDeletion(true)
                .build();
    }

    /** A merge patch that gives an object these owners, unless it has changed meanwhile. */
    public static byte[] patch(ApiObject object, List<OwnerReference> owners) {
        String references =
                owners.stream()
                        .map(o -> new String(JsonCodec.encode(o.struct()), StandardCharsets.UTF_8))
                        .collect(Collectors.joining(",", "[", "]"));
        return "{\"metadata\":{\"uid\":\"%s\",\"resourceVersion\":\"%s\",\"ownerReferences\":%s}}"
                .formatted(object.uid(), object.resourceVersion(), references)
                .getBytes(StandardCharsets.UTF_8);
    }
}
