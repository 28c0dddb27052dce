package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.FieldLabels;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.store.Entry;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.util.List;

/**
 * Looks no further than what is selected can be: at one object, one namespace, or the pods of one
 * node, whom each of many kubelets lists and watches. Thread-safe.
 */
final class Lookup {

    private static final ApiResource PODS =
            Schema.builtin().find(Resources.PODS.gvr()).orElseThrow();

    private static final KeyRange ALL_PODS = Keys.objects(PODS.gvr().groupResource(), "");

    private final ObjectStore objects;
    private final RecentChanges changes;
    private final FieldIndex watchesByNode;
    private final ObjectsByField podsByNode;

    Lookup(ObjectStore objects) {
        this.objects = objects;
        this.changes = new RecentChanges(objects);
        this.watchesByNode =
                new FieldIndex(
                        objects,
                        ALL_PODS,
                        event ->
                                changes.of(PODS.definition(), event)
                                        .values(pod -> FieldLabels.value(pod, Sought.NODE)));
        this.podsByNode =
                new ObjectsByField(
                        objects,
                        ALL_PODS,
                        entry ->
                                FieldLabels.value(
                                        objects.inPassing(PODS.definition(), entry), Sought.NODE));
    }

    /** What has to be made of changes for those who watch. */
    RecentChanges changes() {
        return changes;
    }

    /** The entries of a picture that are sought, and maybe more, in the order of their keys. */
    List<Entry> entries(View view, Sought sought) {
        return sought.node()
                .map(node -> podsByNode.range(view, sought.range(), node))
                .orElseGet(() -> view.range(sought.range(), 0));
    }

    /** The changes after a revision of what is sought, and maybe of more. */
    Watch watch(Sought sought, long after) {
        return sought.node()
                .map(node -> watchesByNode.watch(sought.range(), node, after))
                .orElseGet(() -> objects.store().watch(sought.range(), after));
    }
}
