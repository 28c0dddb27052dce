package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.FieldLabels;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Watch;
import java.util.Optional;

/**
 * Watches of the store that see no more than has to be looked into: of one object, of one
 * namespace, or of the pods of one node, which each of many kubelets watches. Thread-safe.
 */
final class Watches {

    private static final String NODE = "spec.nodeName";

    private static final ApiResource PODS =
            Schema.builtin().find(Resources.PODS.gvr()).orElseThrow();

    private final ObjectStore objects;
    private final FieldIndex podsByNode;

    Watches(ObjectStore objects, RecentChanges changes) {
        this.objects = objects;
        this.podsByNode =
                new FieldIndex(
                        objects,
                        Keys.objects(PODS.gvr().groupResource(), ""),
                        event ->
                                changes.of(PODS.definition(), event)
                                        .values(pod -> FieldLabels.value(pod, NODE)));
    }

    /**
     * The changes after a revision of what is selected, and maybe of more.
     *
     * @param namespace empty for all
     */
    Watch watch(ServedResource resource, String namespace, Selection selection, long after) {
        GroupResource name = resource.groupResource();
        Optional<ObjectKey> one = oneObject(resource, namespace, selection);
        if (one.isPresent()) {
            return objects.store().watch(KeyRange.of(Keys.object(name, one.get())), after);
        }
        KeyRange range = Keys.objects(name, namespace);
        Optional<String> node = selection.fields().exact(NODE);
        return node.isPresent() && name.equals(PODS.gvr().groupResource())
                ? podsByNode.watch(range, node.get(), after)
                : objects.store().watch(range, after);
    }

    private static Optional<ObjectKey> oneObject(
            ServedResource resource, String namespace, Selection selection) {
        boolean namespaced = resource.type().namespaced();
        return selection
                .fields()
                .exact("metadata.name")
                .filter(name -> !name.isEmpty() && (!namespaced || !namespace.isEmpty()))
                .map(name -> new ObjectKey(namespaced ? namespace : "", name))
                .filter(Keys::isPossible);
    }
}
