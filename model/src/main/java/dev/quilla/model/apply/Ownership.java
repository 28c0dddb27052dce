package dev.quilla.model.apply;

import dev.quilla.model.Struct;
import dev.quilla.model.apply.Values.Difference;
import dev.quilla.model.codec.Zeros;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who owns which field: keeps {@code metadata.managedFields} right over writes, and applies what a
 * manager wants of an object. Pure.
 */
public final class Ownership {

    /** What only the cluster sets, so that nobody owns it. */
    private static final Set<String> SYSTEM =
            Set.of(
                    "f:name",
                    "f:namespace",
                    "f:uid",
                    "f:resourceVersion",
                    "f:generation",
                    "f:creationTimestamp",
                    "f:deletionTimestamp",
                    "f:deletionGracePeriodSeconds",
                    "f:selfLink",
                    "f:managedFields");

    /** Owns what was there before anybody applied anything. */
    private static final String BEFORE = "before-first-apply";

    private Ownership() {}

    /**
     * Who writes.
     *
     * @param apiVersion of the object as it is sent
     * @param subresource what it writes through; empty for the object itself
     * @param notOwned fields of the object that this way of writing does not touch
     */
    public record Writer(
            String manager,
            String apiVersion,
            String subresource,
            Set<String> notOwned,
            Instant now) {
        public Writer {
            notOwned = Set.copyOf(notOwned);
            now = now.truncatedTo(ChronoUnit.SECONDS);
        }

        /** What it does not own, as path elements. */
        private Set<String> elements() {
            Set<String> elements = new HashSet<>(Set.of("f:apiVersion", "f:kind"));
            notOwned.forEach(name -> elements.add("f:" + name));
            return elements;
        }

        private Manager as(String operation, FieldSet fields) {
            return new Manager(
                    manager, operation, apiVersion, subresource, Optional.of(now), fields);
        }
    }

    /**
     * The object after a plain write: the writer owns what it changed, and nobody else does.
     *
     * @param before the object as it was; empty for a new one
     * @throws IllegalArgumentException if the object names managers that can't be read
     */
    public static Struct written(Struct before, Struct after, Writer writer) {
        if (isReset(Manager.metadata(after))) {
            return Manager.store(after, List.of());
        }
        Difference difference = difference(before, after, writer);
        if (difference.isEmpty()) {
            return after;
        }
        List<Manager> managers = new ArrayList<>(Manager.of(Manager.metadata(after)));
        Manager mine = take(managers, writer.as(Manager.UPDATE, FieldSet.EMPTY));
        FieldSet lost = difference.changed().union(difference.removed());
        managers.replaceAll(m -> m.with(m.fields().difference(lost)));
        FieldSet now = mine.fields().union(difference.changed()).difference(difference.removed());
        managers.add(now.equals(mine.fields()) ? mine : mine.with(now).at(writer.now()));
        return Manager.store(after, managers);
    }

    /** Clients give up all tracking with one entry that says nothing. */
    private static boolean isReset(ObjectMeta metadata) {
        return metadata.hasManagedFields()
                && metadata.managedFields().stream().allMatch(e -> e.operation().isEmpty());
    }

    /**
     * The object with what a manager applies: what it applied before and no longer does is gone,
     * unless somebody else owns it too.
     *
     * @param live the object as it is; empty for a new one
     * @param force takes over what others own with another value
     * @throws ApplyConflictException if others own it, without force
     * @throws IllegalArgumentException if items of a list that is merged can't be told apart
     */
    public static Struct applied(Struct live, Struct config, Writer writer, boolean force) {
        Place place = Place.of(live.definition());
        Configurations.check(place, config, "");
        FieldSet wanted = owned(Values.fields(place, config), writer);
        List<Manager> managers = managers(live, writer);
        Manager mine = take(managers, writer.as(Manager.APPLY, FieldSet.EMPTY));
        Struct merged = (Struct) Values.merge(place, live, config);
        FieldSet changed = difference(live, merged, writer).changed();
        if (!force) {
            refuseConflicts(managers, changed);
        }
        managers.replaceAll(m -> m.with(m.fields().difference(changed)));
        FieldSet others =
                managers.stream().map(Manager::fields).reduce(FieldSet.EMPTY, FieldSet::union);
        // What says nothing is owned by who applies it, and is not in the object all the same.
        Struct pruned =
                Zeros.dropped((Struct) Values.prune(place, merged, mine.fields(), wanted, others));
        boolean same = wanted.equals(mine.fields()) && pruned.equals(live);
        managers.add(same ? mine : mine.with(wanted).at(writer.now()));
        return Manager.store(pruned, managers);
    }

    /**
     * The paths of what another object says and the live one says as well.
     *
     * @throws IllegalArgumentException if items of a list that is merged can't be told apart
     */
    public static Set<String> shared(Struct live, Struct other, Writer writer) {
        Place place = Place.of(live.definition());
        Configurations.check(place, other, "");
        Struct merged = (Struct) Values.merge(place, live, other);
        FieldSet said = owned(Values.fields(place, other), writer);
        return Set.copyOf(said.difference(difference(live, merged, writer).changed()).paths());
    }

    private static List<Manager> managers(Struct live, Writer writer) {
        List<Manager> managers = new ArrayList<>(Manager.of(Manager.metadata(live)));
        if (managers.isEmpty() && !live.isEmpty()) {
            Struct nothing = live.definition().empty();
            FieldSet all = difference(nothing, live, writer).changed();
            managers.add(
                    new Manager(
                            BEFORE,
                            Manager.UPDATE,
                            writer.apiVersion(),
                            "",
                            Optional.of(writer.now()),
                            all));
        }
        return managers;
    }

    private static void refuseConflicts(List<Manager> managers, FieldSet changed) {
        List<ApplyConflictException.Conflict> conflicts = new ArrayList<>();
        for (Manager manager : managers) {
            for (String path : manager.fields().intersection(changed).paths()) {
                conflicts.add(new ApplyConflictException.Conflict(manager.described(), path));
            }
        }
        if (!conflicts.isEmpty()) {
            throw new ApplyConflictException(conflicts);
        }
    }

    /** Takes the entry that is the same as this one out of the list. */
    private static Manager take(List<Manager> managers, Manager wanted) {
        Optional<Manager> found = managers.stream().filter(wanted::isSame).findFirst();
        managers.removeIf(wanted::isSame);
        return found.map(m -> wanted.with(m.fields()))
                .map(w -> found.get().time().map(w::at).orElse(w))
                .orElse(wanted);
    }

    private static Difference difference(Struct before, Struct after, Writer writer) {
        Difference all = Values.difference(Place.of(before.definition()), before, after);
        return new Difference(owned(all.changed(), writer), owned(all.removed(), writer));
    }

    private static FieldSet owned(FieldSet fields, Writer writer) {
        if (fields.isEmpty()) {
            return fields;
        }
        FieldSet metadata = new FieldSet(false, fields.child("f:metadata").children());
        return fields.with("f:metadata", metadata.without(SYSTEM)).without(writer.elements());
    }
}
