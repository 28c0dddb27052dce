package dev.quilla.etcd;

import dev.quilla.store.Choice;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the steps of one way through a transaction write. A key is written once: etcd refuses to put
 * one twice, or to put one that is deleted too.
 */
final class Touched {

    private final Set<Key> puts = new HashSet<>();
    private final List<KeyRange> deletes = new ArrayList<>();

    private Touched() {}

    /** All that a choice may write, either way. */
    static Touched by(Choice choice) {
        Touched then = along(choice.then());
        Touched otherwise = along(choice.otherwise());
        then.puts.addAll(otherwise.puts);
        then.deletes.addAll(otherwise.deletes);
        return then;
    }

    private static Touched along(List<Step> steps) {
        Touched all = new Touched();
        for (Step step : steps) {
            all.add(by(step));
        }
        return all;
    }

    private static Touched by(Step step) {
        Touched touched = new Touched();
        switch (step) {
            case Step.Put put -> touched.puts.add(put.key());
            case Step.Delete delete -> touched.deletes.add(delete.range());
            case Step.Choose(Choice choice) -> {
                return by(choice);
            }
            case Step.Get _ -> {}
        }
        return touched;
    }

    private void add(Touched more) {
        if (more.puts.stream().anyMatch(key -> puts.contains(key) || isDeleted(key))
                || puts.stream().anyMatch(more::isDeleted)) {
            throw Errors.duplicateKey();
        }
        puts.addAll(more.puts);
        deletes.addAll(more.deletes);
    }

    private boolean isDeleted(Key key) {
        return deletes.stream().anyMatch(range -> range.contains(key));
    }
}
