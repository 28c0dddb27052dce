package dev.quilla.model.apply;

import dev.quilla.model.Struct;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes out of an object what a manager applied before and applies no more, unless somebody owns
 * it, by whatever name it has in the version of its owner. Of one thread.
 */
final class Pruning {

    /** What an object is called is nobody's, and stays. */
    private static final FieldSet IDENTITY =
            FieldSet.EMPTY.with("f:metadata", FieldSet.EMPTY.with("f:name", FieldSet.LEAF));

    private final Views views;
    private final String version;
    private final Struct merged;
    private final Manager past;

    /**
     * For an object.
     *
     * @param views how other versions have it
     * @param version the one of the request
     * @param merged the object with what is applied now
     * @param past the manager's entry of when it last applied something
     */
    Pruning(Views views, String version, Struct merged, Manager past) {
        this.views = views;
        this.version = version;
        this.merged = merged;
        this.past = past;
    }

    /**
     * What stays of it.
     *
     * @param now what is applied
     * @param others the entries of everybody else
     */
    Struct pruned(FieldSet now, List<Manager> others) {
        if (past.fields().isEmpty() || !views.has(past.apiVersion())) {
            return merged;
        }
        boolean sameVersion = past.apiVersion().equals(version);
        Map<String, FieldSet> owned = new TreeMap<>();
        for (Manager other : others) {
            owned.merge(other.apiVersion(), other.fields(), FieldSet::union);
        }
        FieldSet beside = owned.getOrDefault(past.apiVersion(), FieldSet.EMPTY);
        owned.remove(past.apiVersion());
        if (!sameVersion) {
            owned.merge(version, now, FieldSet::union);
        }
        owned.keySet().removeIf(v -> !views.has(v));
        Struct whole = sameVersion ? merged : views.of(past.apiVersion(), merged);
        FieldSet mine = sameVersion ? now : IDENTITY;
        Struct rest =
                (Struct)
                        Values.prune(
                                Place.of(whole.definition()), whole, past.fields(), mine, beside);
        if (owned.isEmpty()) {
            return rest;
        }
        return back(whole, rest.equals(whole) ? whole : withOwned(whole, rest, owned));
    }

    /** What is left of the object, and what others own of it by the names of their versions. */
    private Struct withOwned(Struct whole, Struct left, Map<String, FieldSet> owned) {
        Place place = Place.of(whole.definition());
        Struct rest = left;
        for (Map.Entry<String, FieldSet> owner : owned.entrySet()) {
            List<Struct> there = bothIn(owner.getKey(), rest);
            Struct pruned = there.getLast();
            Place otherPlace = Place.of(pruned.definition());
            Object kept = Values.restored(otherPlace, there.getFirst(), pruned, owner.getValue());
            if (!kept.equals(pruned)) {
                FieldSet needed = Values.fields(place, views.of(past.apiVersion(), (Struct) kept));
                rest = (Struct) Values.restored(place, whole, rest, needed);
            }
        }
        return rest;
    }

    /** The object, and what is left of it, in a version. */
    private List<Struct> bothIn(String other, Struct rest) {
        return other.equals(version)
                ? List.of(merged, views.of(other, rest))
                : views.of(other, merged, rest);
    }

    /**
     * What is left in the version of the request. Conversions may lose what one of the versions has
     * no field for, so that no more is taken from there than what became of the object in it.
     */
    private Struct back(Struct whole, Struct rest) {
        if (rest.equals(whole)) {
            return merged;
        }
        if (past.apiVersion().equals(version)) {
            return rest;
        }
        List<Struct> both = views.of(version, whole, rest);
        return (Struct)
                Values.rebased(
                        Place.of(merged.definition()), merged, both.getFirst(), both.getLast());
    }
}
