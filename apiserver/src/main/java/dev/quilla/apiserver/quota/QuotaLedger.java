package dev.quilla.apiserver.quota;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.Ledger;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.store.Amounts;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts what the objects of a namespace use of its quotas. A write takes along what it adds to the
 * counter of each quota, bounded by the quota's limits, so that a counter is right at every
 * revision and many can write at once. It holds only while the namespace's quotas are those that
 * the write has seen, which a key says that is written with each change of them.
 */
public final class QuotaLedger implements Ledger {

    private final ObjectStore objects;
    private final QuotaCount count;
    private final ApiResource quotas =
            Schema.builtin().find(Resources.RESOURCE_QUOTAS.gvr()).orElseThrow();

    /** Reads objects there. */
    public QuotaLedger(ObjectStore objects) {
        this.objects = objects;
        this.count = new QuotaCount(objects);
    }

    @Override
    public Bill bill(View view, Change change) {
        String namespace = change.key().namespace();
        if (namespace.isEmpty() || !mayCount(change)) {
            return Bill.NONE;
        }
        Key set = Keys.quotaSet(namespace);
        Optional<Entry> known = view.get(set);
        if (known.isEmpty()) {
            return new QuotaBill(change, List.of(new Compare.Absent(set)), List.of(), Map.of());
        }
        List<Op.BoundedAdd> then = new ArrayList<>();
        Map<Key, Quota> byCounter = new TreeMap<>();
        for (Quota quota : all(view, namespace)) {
            Amounts added = quota.added(change);
            if (!added.byName().isEmpty()) {
                if (added.byName().values().stream().anyMatch(amount -> amount > 0)) {
                    quota.checkSpecified(change);
                }
                count.ensure(view, quota);
                then.add(new Op.BoundedAdd(quota.counter(), added, quota.limits()));
                byCounter.put(quota.counter(), quota);
            }
        }
        Compare unchanged = new Compare.ModRevision(set, known.get().modRevision());
        return new QuotaBill(change, List.of(unchanged), then, byCounter);
    }

    private static boolean mayCount(Change change) {
        return change.before().isEmpty()
                || change.after().isEmpty()
                || Usage.mayChange(
                        change.resource(),
                        change.before().orElseThrow(),
                        change.after().orElseThrow());
    }

    private List<Quota> all(View view, String namespace) {
        return objects.list(view, quotas, namespace).stream()
                .map(s -> new Quota(new ResourceQuota(s)))
                .collect(Collectors.toList());
    }

    private record QuotaBill(
            Change change, List<Compare> when, List<Op.BoundedAdd> then, Map<Key, Quota> byCounter)
            implements Bill {

        QuotaBill {
            when = List.copyOf(when);
            then = List.copyOf(then);
            byCounter = Map.copyOf(byCounter);
        }

        @Override
        public ApiException refusal(Outcome.OverLimit over) {
            Quota quota = byCounter.get(over.counter());
            if (quota == null) {
                throw new IllegalStateException("nothing was to be added to " + over.counter());
            }
            return quota.exceeded(change, over.current());
        }
    }
}
