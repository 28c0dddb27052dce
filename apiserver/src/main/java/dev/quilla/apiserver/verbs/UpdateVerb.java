package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The last part of {@code PUT} and {@code PATCH}: an object is replaced by another. */
final class UpdateVerb {

    /** How often a change is tried on the newest version. */
    private static final int ATTEMPTS_MAX = 10;

    private final ObjectStore objects;
    private final WriteRules rules;
    private final FieldOwners owners;

    UpdateVerb(ObjectStore objects, WriteRules rules, FieldOwners owners) {
        this.objects = objects;
        this.rules = rules;
        this.owners = owners;
    }

    /**
     * Changes an object. A result that names a resource version is refused where the object has
     * another; one that names none is computed again from the newest version.
     *
     * <p>What this master has is tried first, without asking the others whether it is the newest:
     * it nearly always is, and what is based on anything older is not written. Where nothing is
     * written, that may be for an old version's sake, so the newest has to be looked at.
     */
    Struct change(ServedResource resource, ApiCall call, UnaryOperator<Struct> change) {
        ObjectKey key =
                new ObjectKey(
                        resource.type().namespaced() ? call.info().namespace() : "",
                        call.info().name());
        Optional<Attempt> here =
                objects.find(objects.local(), resource.type(), key)
                        .map(before -> attempt(resource, call, before, change));
        if (here.isPresent() && here.get().isWritten()) {
            return here.get().answer();
        }
        for (int attempts = 1; ; attempts++) {
            Stored newest = objects.get(objects.newest(), resource.type(), key);
            Attempt last =
                    here.filter(a -> a.holdsFor(newest))
                            .orElseGet(() -> attempt(resource, call, newest, change));
            if (!last.isRaced() || attempts == ATTEMPTS_MAX) {
                return last.answer();
            }
        }
    }

    /**
     * What came of trying a change.
     *
     * @param before what it was tried on
     * @param after empty if it failed; as it was before if there was nothing to write
     * @param isWritten whether the object is like that now, whatever the change was tried on
     * @param isRaced whether somebody else's write came first
     */
    private record Attempt(
            Stored before,
            Optional<Struct> after,
            Optional<ApiException> failure,
            boolean isWritten,
            boolean isRaced) {

        /** Whether it would end the same way if it were tried on that. */
        boolean holdsFor(Stored other) {
            return before.revision() == other.revision() && !isRaced;
        }

        Struct answer() {
            return after.orElseThrow(failure::orElseThrow);
        }
    }

    private Attempt attempt(
            ServedResource resource, ApiCall call, Stored before, UnaryOperator<Struct> change) {
        boolean race = false;
        try {
            ObjectKey key = Metadata.key(before.object());
            Struct sent = named(change.apply(before.object()), key);
            String version = Metadata.of(sent).resourceVersion();
            String current = Long.toString(before.revision());
            if (!version.isEmpty() && !version.equals(current)) {
                throw ApiErrors.modified(resource.groupResource(), key.name());
            }
            race = version.isEmpty();
            Struct after = store(resource, call, before, sent);
            boolean written =
                    !call.dryRun() && !Metadata.of(after).resourceVersion().equals(current);
            return new Attempt(before, Optional.of(after), Optional.empty(), written, false);
        } catch (ApiException e) {
            if (e.code() >= 500) {
                // It may have been written, and must not be tried again.
                throw e;
            }
            boolean raced = race && e.reason().equals("Conflict");
            return new Attempt(before, Optional.empty(), Optional.of(e), false, raced);
        }
    }

    /** As {@link #change}, where the change itself is based on the version that it read. */
    Struct patch(ServedResource resource, ApiCall call, UnaryOperator<Struct> change) {
        return change(
                resource,
                call,
                before -> {
                    Struct after = change.apply(before);
                    checkVersion(resource, Metadata.of(after));
                    String now = Metadata.of(after).resourceVersion();
                    return now.equals(Metadata.of(before).resourceVersion())
                            ? Metadata.edit(after, ObjectMeta.Builder::clearResourceVersion)
                            : after;
                });
    }

    /** Who replaces an object says which version of it was read, unless its kind does not ask. */
    static void checkVersion(ServedResource resource, ObjectMeta sent) {
        if (sent.resourceVersion().isEmpty() && resource.isReplacedByVersion()) {
            // The error names the resource where others name the kind, as Kubernetes' does.
            GroupVersionKind named =
                    new GroupVersionKind(
                            resource.gvk().group(),
                            resource.gvk().version(),
                            resource.groupResource().resource());
            throw ApiErrors.invalid(
                    named,
                    sent.name(),
                    List.of(
                            FieldError.invalid(
                                    "metadata.resourceVersion",
                                    0,
                                    "must be specified for an update")));
        }
    }

    private Struct store(ServedResource resource, ApiCall call, Stored before, Struct sent) {
        String subresource = call.info().subresource();
        Struct old = before.object();
        Struct wanted = Narrowed.of(subresource, old, sent);
        UnaryOperator<Struct> owned =
                sane -> call.applies() ? sane : owners.written(resource, call, old, sane);
        Struct object =
                Metadata.tidy(
                        subresource.equals("status") || subresource.equals("approval")
                                ? rules.forStatus(resource, call, old, wanted, owned)
                                : rules.forUpdate(resource, call, old, wanted, owned));
        Struct comparable = Metadata.edit(old, ObjectMeta.Builder::clearResourceVersion);
        object = Metadata.edit(object, ObjectMeta.Builder::clearResourceVersion);
        if (object.equals(comparable)
                && !objects.isOutdated(resource.type(), Metadata.key(old), before)) {
            return old;
        }
        if (Deletion.isOver(resource, object)) {
            long last = call.dryRun() ? before.revision() : remove(resource, call, before);
            return object.withAt(Long.toString(last), "metadata", "resourceVersion");
        }
        ObjectStore.Write write =
                objects.write(resource.type(), Metadata.key(object), call.fenceTerm());
        WriteRules.checkClaims(resource, call, object, Optional.of(old));
        Struct claimed = resource.behaviour().claim(write, Optional.of(old), object, 0);
        write.replace(before, claimed);
        if (call.dryRun()) {
            write.rehearse();
            return claimed.withAt(
                    Metadata.of(old).resourceVersion(), "metadata", "resourceVersion");
        }
        long revision = write.commitOrConflict();
        return claimed.withAt(Long.toString(revision), "metadata", "resourceVersion");
    }

    /** The last finalizer of a deleted object is gone; answers the revision that removed it. */
    private long remove(ServedResource resource, ApiCall call, Stored before) {
        ObjectStore.Write write =
                objects.write(resource.type(), Metadata.key(before.object()), call.fenceTerm())
                        .remove(before);
        resource.behaviour().release(write, before.object());
        return write.commitOrConflict();
    }

    /** What is sent may leave out where it is, but not be about something else. */
    private static Struct named(Struct object, ObjectKey key) {
        ObjectMeta metadata = Metadata.of(object);
        if (!metadata.name().isEmpty() && !metadata.name().equals(key.name())) {
            throw ApiErrors.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(metadata.name(), key.name()));
        }
        if (!key.namespace().isEmpty()) {
            Metadata.refuseOtherNamespace(metadata, key.namespace());
        }
        return Metadata.edit(
                object,
                m -> {
                    m.name(key.name());
                    return key.namespace().isEmpty() ? m : m.namespace(key.namespace());
                });
    }
}
