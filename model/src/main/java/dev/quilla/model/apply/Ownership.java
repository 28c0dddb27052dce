package dev.quilla.model.apply;

import dev.quilla.model.Struct;
import dev.quilla.model.apply.Values.Difference;
import dev.quilla.model.codec.Zeros;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

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
            return Ownership.elements(notOwned);
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
     * @param versions sees the object as owners of other versions do; those whose version there is
     *     not any more own nothing
     * @throws IllegalArgumentException if the object names managers that can't be read
     */
    public static Struct written(
            Struct before, Struct after, Writer writer, KindVersions versions) {
        if (isReset(Manager.metadata(after))) {
            return Manager.store(after, List.of());
        }
        Difference difference = difference(before, after, writer.elements());
        if (difference.isEmpty()) {
            return after;
        }
        List<Manager> managers = new ArrayList<>(Manager.of(Manager.metadata(after)));
        Manager now = writer.as(Manager.UPDATE, FieldSet.EMPTY);
        Manager mine = take(managers, now).orElse(now);
        Map<String, Difference> differences =
                differences(managers, new Views(writer, versions), before, after);
        differences.put(writer.apiVersion(), difference);
        FieldSet fields =
                mine.fields().union(difference.changed()).difference(difference.removed());
        List<Manager> all = left(managers, differences);
        all.add(fields.equals(mine.fields()) ? mine : mine.with(fields).at(writer.now()));
        return Manager.store(after, all);
    }

    /**
     * How an object changed, as each version in which managers other than the writer's wrote names
     * it; versions that there are not are left out.
     */
    private static Map<String, Difference> differences(
            List<Manager> managers, Views views, Struct before, Struct after) {
        Map<String, Difference> all = new HashMap<>();
        for (Manager manager : managers) {
            String version = manager.apiVersion();
            if (!views.isWritten(version) && !all.containsKey(version) && views.has(version)) {
                all.put(version, views.difference(version, before, after));
            }
        }
        return all;
    }

    /** What is left to managers of an object that changed. */
    private static List<Manager> left(List<Manager> managers, Map<String, Difference> differences) {
        Map<String, FieldSet> lost = new HashMap<>();
        differences.forEach((version, d) -> lost.put(version, d.changed().union(d.removed())));
        List<Manager> left = new ArrayList<>();
        for (Manager manager : managers) {
            FieldSet gone = lost.get(manager.apiVersion());
            if (gone != null) {
                left.add(manager.with(manager.fields().difference(gone)));
            }
        }
        return left;
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
     * @param versions sees the object as owners of other versions do; those whose version there is
     *     not any more own nothing
     * @param takesOver whether to take over what others own with another value
     * @throws ApplyConflictException if others own it, and it is not to be taken over
     * @throws IllegalArgumentException if items of a list that is merged can't be told apart
     */
    public static Struct applied(
            Struct live,
            Struct config,
            Writer writer,
            KindVersions versions,
            Predicate<ApplyConflictException> takesOver) {
        Place place = Place.of(live.definition());
        Configurations.check(place, config, "");
        FieldSet said = Values.fields(place, config);
        FieldSet wanted = owned(said, writer.elements());
        List<Manager> managers = managers(live, writer);
        Manager now = writer.as(Manager.APPLY, wanted);
        Optional<Manager> past = take(managers, now);
        Views views = new Views(writer, versions);
        Struct merged = (Struct) Values.merge(place, live, config);
        Struct pruned =
                past.map(p -> new Pruning(views, writer.apiVersion(), merged, p))
                        .map(p -> p.pruned(said, managers))
                        .orElse(merged);
        Map<String, Difference> differences = differences(managers, views, live, pruned);
        differences.put(writer.apiVersion(), difference(live, pruned, writer.elements()));
        Optional<ApplyConflictException> conflict = conflict(managers, differences);
        if (conflict.isPresent() && !takesOver.test(conflict.get())) {
            throw conflict.get();
        }
        List<Manager> all = left(managers, differences);
        // What says nothing is owned by who applies it, and is not in the object all the same.
        Struct result = Zeros.dropped(pruned);
        all.add(past.filter(p -> p.isAgain(now) && result.equals(live)).orElse(now));
        return Manager.store(result, all);
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
        FieldSet said = owned(Values.fields(place, other), writer.elements());
        FieldSet changed = difference(live, merged, writer.elements()).changed();
        return Set.copyOf(said.difference(changed).paths());
    }

    private static List<Manager> managers(Struct live, Writer writer) {
        List<Manager> managers = new ArrayList<>(Manager.of(Manager.metadata(live)));
        if (managers.isEmpty() && !live.isEmpty()) {
            Struct nothing = live.definition().empty();
            FieldSet all = difference(nothing, live, writer.elements()).changed();
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

    /** What managers own and is changed all the same, if there is any. */
    private static Optional<ApplyConflictException> conflict(
            List<Manager> managers, Map<String, Difference> differences) {
        List<ApplyConflictException.Conflict> conflicts = new ArrayList<>();
        for (Manager manager : managers) {
            Difference difference = differences.getOrDefault(manager.apiVersion(), Difference.NONE);
            for (String path : manager.fields().intersection(difference.changed()).paths()) {
                conflicts.add(new ApplyConflictException.Conflict(manager.described(), path));
            }
        }
        return conflicts.isEmpty()
                ? Optional.empty()
                : Optional.of(new ApplyConflictException(conflicts));
    }

    /** Takes the entry that is about the same as this one out of the list. */
    private static Optional<Manager> take(List<Manager> managers, Manager wanted) {
        Optional<Manager> found = managers.stream().filter(wanted::isSame).findFirst();
        managers.removeIf(wanted::isSame);
        return found;
    }

    /**
     * How an object changed.
     *
     * @param notOwned path elements of what the writer does not own
     */
    static Difference difference(Struct before, Struct after, Set<String> notOwned) {
        Difference all = Values.difference(Place.of(before.definition()), before, after);
        return new Difference(owned(all.changed(), notOwned), owned(all.removed(), notOwned));
    }

    private static FieldSet owned(FieldSet fields, Set<String> notOwned) {
        if (fields.isEmpty()) {
            return fields;
        }
        FieldSet metadata = new FieldSet(false, fields.child("f:metadata").children());
        return fields.with("f:metadata", metadata.without(SYSTEM)).without(notOwned);
    }

    /** What nobody owns who writes in a way that does not touch those fields. */
    static Set<String> elements(Set<String> notOwned) {
        Set<String> elements = new HashSet<>(Set.of("f:apiVersion", "f:kind"));
        notOwned.forEach(name -> elements.add("f:" + name));
        return elements;
    }
}
