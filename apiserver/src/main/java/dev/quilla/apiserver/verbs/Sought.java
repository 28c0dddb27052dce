package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import java.util.Optional;

/**
 * Where a list or watch has to look to find what it selects: no object elsewhere is selected, but
 * not all there need be.
 *
 * @param range an object, a namespace, or all
 * @param node looks at the pods of that node alone; at those of none where it is the empty text
 */
record Sought(KeyRange range, Optional<String> node) {

    /** The field of pods that has an index. */
    static final String NODE = "spec.nodeName";

    /**
     * Where to look.
     *
     * @param namespace empty for all
     */
    static Sought of(ServedResource resource, String namespace, Selection selection) {
        GroupResource name = resource.groupResource();
        Optional<ObjectKey> one = oneObject(resource, namespace, selection);
        if (one.isPresent()) {
            return new Sought(KeyRange.of(Keys.object(name, one.get())), Optional.empty());
        }
        return new Sought(
                Keys.objects(name, namespace),
                name.equals(Resources.PODS.gvr().groupResource())
                        ? selection.fields().exact(NODE)
                        : Optional.empty());
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

    /** What of it comes after a key. */
    Sought after(Key key) {
        return new Sought(range.after(key), node);
    }
}
