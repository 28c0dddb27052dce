package dev.quilla.model.apply;

import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ManagedFieldsEntry;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One entry of an object's {@code managedFields}.
 *
 * @param operation {@code Apply} or {@code Update}
 * @param subresource what it wrote through; empty for the object itself
 */
record Manager(
        String name,
        String operation,
        String apiVersion,
        String subresource,
        Optional<Instant> time,
        FieldSet fields) {

    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    Manager with(FieldSet other) {
        return new Manager(name, operation, apiVersion, subresource, time, other);
    }

    Manager at(Instant now) {
        return new Manager(name, operation, apiVersion, subresource, Optional.of(now), fields);
    }

    /** Whether another entry is about the same manager, doing the same in the same place. */
    boolean isSame(Manager other) {
        boolean version = operation.equals(APPLY) || apiVersion.equals(other.apiVersion);
        return name.equals(other.name)
                && operation.equals(other.operation)
                && subresource.equals(other.subresource)
                && version;
    }

    /** Whether another entry of it says the same, whenever. */
    boolean isAgain(Manager other) {
        return isSame(other) && apiVersion.equals(other.apiVersion) && fields.equals(other.fields);
    }

    /** As people are told of it. */
    String described() {
        return "\""
                + name
                + "\""
                + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + "\"")
                + (operation.equals(APPLY) ? "" : " using " + apiVersion);
    }

    /**
     * The managers of an object.
     *
     * @throws IllegalArgumentException if they can't be read
     */
    static List<Manager> of(ObjectMeta metadata) {
        List<Manager> managers = new ArrayList<>();
        for (ManagedFieldsEntry entry : metadata.managedFields()) {
            FieldSet fields = entry.fieldsV1().map(FieldSet::of).orElse(FieldSet.EMPTY);
            managers.add(
                    new Manager(
                            entry.manager(),
                            entry.operation(),
                            entry.apiVersion(),
                            entry.subresource(),
                            entry.time(),
                            fields));
        }
        return managers;
    }

    /** The object with these managers, but those that own nothing; appliers first, oldest first. */
    static Struct store(Struct object, List<Manager> managers) {
        List<ManagedFieldsEntry> entries =
                managers.stream()
                        .filter(m -> !m.fields().isEmpty())
                        .sorted(
                                Comparator.comparing(Manager::operation)
                                        .thenComparing(m -> m.time().orElse(Instant.EPOCH)))
                        .map(Manager::entry)
                        .toList();
        ObjectMeta.Builder metadata = metadata(object).toBuilder();
        return object.with(
                "metadata",
                (entries.isEmpty()
                                ? metadata.clearManagedFields()
                                : metadata.managedFields(entries))
                        .build()
                        .struct());
    }

    static ObjectMeta metadata(Struct object) {
        return new ObjectMeta(
                (Struct) object.find("metadata").orElseGet(() -> ObjectMeta.definition().empty()));
    }

    private ManagedFieldsEntry entry() {
        ManagedFieldsEntry.Builder entry =
                ManagedFieldsEntry.builder()
                        .manager(name)
                        .operation(operation)
                        .apiVersion(apiVersion)
                        .fieldsType("FieldsV1")
                        .fieldsV1(fields.toJson());
        time.ifPresent(entry::time);
        return (subresource.isEmpty() ? entry : entry.subresource(subresource)).build();
    }
}
