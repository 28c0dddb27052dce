package dev.quilla.apiserver.quota;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.store.Amounts;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import dev.quilla.store.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts what was there before a quota. From the moment at which a quota is written, every change
 * of an object is added to its counter; so what there is at some later revision, less what the
 * counter says at that revision, is what there was at that moment, and can be added whatever
 * happens meanwhile.
 */
final class QuotaCount {

    /** A name that no quota can limit: 1 once what was there before has been added. */
    private static final String COUNTED = "counted";

    private static final Amounts ONCE = Amounts.of(Map.of(COUNTED, 1L));

    private static final List<ApiResource> MEASURED =
            List.of(
                            Resources.PODS.gvr(),
                            Resources.SERVICES.gvr(),
                            Resources.PERSISTENT_VOLUME_CLAIMS.gvr())
                    .stream()
                    .map(gvr -> Schema.builtin().find(gvr).orElseThrow())
                    .toList();

    private final ObjectStore objects;

    QuotaCount(ObjectStore objects) {
        this.objects = objects;
    }

    /** Makes sure that a quota's counter has everything, if the quota is still as in a picture. */
    void ensure(View view, Quota quota) {
        Amounts current = current(view, quota).orElse(Amounts.NONE);
        if (current.of(COUNTED) == 1) {
            return;
        }
        Key set = Keys.quotaSet(quota.object().namespace());
        long revision = view.get(set).orElseThrow().modRevision();
        Map<String, Long> before = new TreeMap<>(total(view, quota).byName());
        current.byName().forEach((name, amount) -> before.merge(name, -amount, Long::sum));
        before.put(COUNTED, 1L);
        // Another one may be quicker, and the quota may have changed: then there is nothing to do.
        objects.store()
                .commit(
                        Txn.of(
                                List.of(new Compare.ModRevision(set, revision)),
                                List.of(
                                        new Op.BoundedAdd(
                                                quota.counter(), Amounts.of(before), ONCE))));
    }

    /** What a quota's objects use; empty if that has not been counted yet. */
    static Optional<Amounts> counted(View view, Quota quota) {
        return current(view, quota).filter(c -> c.of(COUNTED) == 1);
    }

    private static Optional<Amounts> current(View view, Quota quota) {
        return view.get(quota.counter()).map(Entry::value).map(Amounts::of);
    }

    private Amounts total(View view, Quota quota) {
        ResourceQuota object = quota.object();
        Amounts total = Amounts.NONE;
        for (ApiResource type : MEASURED) {
            GroupResource resource = type.gvr().groupResource();
            for (var struct : objects.list(view, type, object.namespace())) {
                total = total.plus(Units.of(quota.share(resource, Optional.of(struct))));
            }
        }
        Map<String, Long> counts = new TreeMap<>();
        object.spec()
                .hard()
                .forEach((name, limit) -> {
                    Optional<GroupResource> resource = Usage.counted(name);
                    if (resource.isPresent() && isUnscoped(object)) {
                        counts.put(
                                name, view.count(Keys.objects(resource.get(), object.namespace())));
                    }
                });
        return total.plus(Amounts.of(counts));
    }

    private static boolean isUnscoped(ResourceQuota object) {
        return object.spec().scopes().isEmpty()
                && object.spec().scopeSelector().matchExpressions().isEmpty();
    }
}
