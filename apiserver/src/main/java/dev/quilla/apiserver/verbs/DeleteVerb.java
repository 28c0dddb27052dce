package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.health.Disruption;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.meta.v1.StatusDetails;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** {@code DELETE} of an object, or of a collection. */
final class DeleteVerb {

    private static final int ATTEMPTS_MAX = 10;

    /** How many objects of a collection are deleted at once. */
    private static final int COLLECTION_CONCURRENCY_MAX = 64;

    /** Shortly before clients give up: they wait for 60 seconds, as for Kubernetes' API server. */
    private static final Duration COLLECTION_LASTS_MAX = Duration.ofSeconds(50);

    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final ObjectStore objects;
    private final ListVerb lists;
    private final AdmissionChain admissions;
    private final InstantSource clock;

    DeleteVerb(
            ObjectStore objects, ListVerb lists, AdmissionChain admissions, InstantSource clock) {
        this.objects = objects;
        this.lists = lists;
        this.admissions = admissions;
        this.clock = clock;
    }

    ApiReply handle(ServedResource resource, ApiCall sent) {
        ApiCall call = effective(sent);
        return handle(
                resource, call, before -> admit(resource, call, before), UnaryOperator.identity());
    }

    /** Deletes what an eviction is about: as such it has been admitted already. */
    ApiReply handleEvicted(ServedResource resource, ApiCall call) {
        return handle(
                resource,
                call,
                before -> {},
                pod -> Disruption.EVICTION.on(new Pod(pod), clock.instant()).struct());
    }

    private void admit(ServedResource resource, ApiCall call, Struct before) {
        admissions.validate(Admission.Request.delete(resource, call, before), Optional.empty());
    }

    /**
     * Deletes an object.
     *
     * @param change what becomes of one that is not gone at once
     */
    private ApiReply handle(
            ServedResource resource,
            ApiCall call,
            Consumer<Struct> admission,
            UnaryOperator<Struct> change) {
        ObjectKey key =
                new ObjectKey(
                        resource.type().namespaced() ? call.info().namespace() : "",
                        call.info().name());
        DeleteOptions options = options(call);
        Result result = delete(resource, call, Optional.empty(), key, options, admission, change);
        if (!result.gone() || resource.answersWhatIsDeleted()) {
            return ApiReply.of(200, result.object());
        }
        StatusDetails.Builder details =
                StatusDetails.builder()
                        .name(key.name())
                        .kind(resource.groupResource().resource())
                        .uid(Metadata.of(result.object()).uid());
        String group = resource.groupResource().group();
        if (!group.isEmpty()) {
            details.group(group);
        }
        return ApiReply.of(
                200,
                ApiErrors.success().toBuilder()
                        .clearCode()
                        .details(details.build())
                        .build()
                        .struct());
    }

    /**
     * Deletes what a list shows, many at once, so that the store can take them together. A failure
     * keeps further deletions from starting and is told once those under way have ended; so is the
     * end of the time that a request has. Whoever asks again goes on where this ended.
     */
    ApiReply handleCollection(ServedResource resource, ApiCall sent) {
        ApiCall call = effective(sent);
        DeleteOptions options = options(call);
        OutgoingList list = lists.list(resource, call);
        Instant end = clock.instant().plus(COLLECTION_LASTS_MAX);
        Concurrently.forEach(
                list.items(),
                COLLECTION_CONCURRENCY_MAX,
                item -> {
                    if (clock.instant().isAfter(end)) {
                        throw ApiErrors.timeout(
                                "the collection is not deleted completely: delete it again", 1);
                    }
                    deleteListed(resource, call, item.object(), options);
                });
        return new ApiReply.OfList(list);
    }

    /** What the list showed is read again only when it has changed since. */
    private void deleteListed(
            ServedResource resource, ApiCall call, Struct item, DeleteOptions options) {
        Stored listed = new Stored(item, Long.parseLong(Metadata.of(item).resourceVersion()));
        try {
            delete(
                    resource,
                    call,
                    Optional.of(listed),
                    Metadata.key(item),
                    options,
                    before -> admit(resource, call, before),
                    UnaryOperator.identity());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private record Result(Struct object, boolean gone) {}

    /**
     * Deletes an object.
     *
     * @param known how it was a moment ago, if that has been read already
     * @param admission refuses it, or does not
     * @param change what becomes of one that is not gone at once
     */
    private Result delete(
            ServedResource resource,
            ApiCall call,
            Optional<Stored> known,
            ObjectKey key,
            DeleteOptions options,
            Consumer<Struct> admission,
            UnaryOperator<Struct> change) {
        for (int attempt = 1; ; attempt++) {
            Stored before =
                    attempt == 1 && known.isPresent()
                            ? known.get()
                            : objects.get(objects.newest(), resource.type(), key);
            checkPreconditions(resource, before, options);
            admission.accept(before.object());
            try {
                return delete(
                        resource,
                        call,
                        new Stored(change.apply(before.object()), before.revision()),
                        options);
            } catch (ApiException e) {
                if (!e.reason().equals("Conflict") || attempt >= ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    private Result delete(
            ServedResource resource, ApiCall call, Stored before, DeleteOptions options) {
        ObjectMeta metadata = Metadata.of(before.object());
        Optional<Long> asked =
                options.hasGracePeriodSeconds()
                        ? Optional.of(options.gracePeriodSeconds())
                        : Optional.empty();
        long grace = resource.behaviour().graceSeconds(before.object(), asked);
        List<String> finalizers = finalizers(metadata, options);
        Struct marked = marked(before.object(), grace, finalizers);
        ObjectStore.Write write =
                objects.write(resource.type(), Metadata.key(before.object()), call.fenceTerm());
        if (Deletion.isOver(resource, marked)) {
            resource.behaviour().release(write.remove(before), before.object());
            if (!call.dryRun()) {
                write.commitOrConflict();
            }
            return new Result(marked, true);
        }
        Struct held = resource.behaviour().beforeUpdate(before.object(), marked);
        if (held.equals(before.object())) {
            return new Result(before.object(), false);
        }
        held = resource.behaviour().claim(write, Optional.of(before.object()), held, 0);
        write.replace(before, held);
        if (call.dryRun()) {
            return new Result(held, false);
        }
        long revision = write.commitOrConflict();
        return new Result(
                held.withAt(Long.toString(revision), "metadata", "resourceVersion"), false);
    }

    /** A deletion can be brought forward, never put off. */
    private Struct marked(Struct object, long grace, List<String> finalizers) {
        ObjectMeta metadata = Metadata.of(object);
        boolean sooner =
                !metadata.hasDeletionTimestamp() || grace < metadata.deletionGracePeriodSeconds();
        Instant at = clock.instant().plusSeconds(grace);
        return Metadata.edit(
                object,
                m -> {
                    if (sooner) {
                        m.deletionTimestamp(at).deletionGracePeriodSeconds(grace);
                    }
                    return finalizers.isEmpty() ? m.clearFinalizers() : m.finalizers(finalizers);
                });
    }

    private static List<String> finalizers(ObjectMeta metadata, DeleteOptions options) {
        List<String> finalizers = new ArrayList<>(metadata.finalizers());
        String policy = options.propagationPolicy();
        if (policy.isEmpty() && options.hasOrphanDependents()) {
            policy = options.orphanDependents() ? "Orphan" : "Background";
        }
        switch (policy) {
            case "Orphan" -> {
                finalizers.remove(FOREGROUND);
                add(finalizers, ORPHAN);
            }
            case "Foreground" -> {
                finalizers.remove(ORPHAN);
                add(finalizers, FOREGROUND);
            }
            case "Background" -> finalizers.removeAll(List.of(ORPHAN, FOREGROUND));
            case "" -> {
                // The finalizers already there decide.
            }
            default -> throw new IllegalStateException("unchecked policy " + policy);
        }
        return finalizers;
    }

    private static void add(List<String> finalizers, String finalizer) {
        if (!finalizers.contains(finalizer)) {
            finalizers.add(finalizer);
        }
    }

    private static void checkPreconditions(
            ServedResource resource, Stored before, DeleteOptions options) {
        ObjectMeta metadata = Metadata.of(before.object());
        String uid = options.preconditions().uid();
        if (!uid.isEmpty() && !uid.equals(metadata.uid())) {
            throw ApiErrors.conflict(
                    resource.groupResource(),
                    metadata.name(),
                    "the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated"
                            .formatted(uid, metadata.uid()));
        }
        String version = options.preconditions().resourceVersion();
        if (!version.isEmpty() && !version.equals(metadata.resourceVersion())) {
            throw ApiErrors.conflict(
                    resource.groupResource(),
                    metadata.name(),
                    "the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified"
                            .formatted(version, metadata.resourceVersion()));
        }
    }

    /**
     * A deletion of which nothing is to be kept if its options say so, whether they are in its path
     * or in its body.
     */
    static ApiCall effective(ApiCall call) {
        ApiCall effective = call.withDryRun(sent(call).dryRun());
        WriteOptions.check(effective);
        return effective;
    }

    private static DeleteOptions sent(ApiCall call) {
        Struct sent =
                Bodies.optional(call, DeleteOptions.definition())
                        .orElse(DeleteOptions.definition().empty());
        String kind = sent.text("kind");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
            throw ApiErrors.badRequest(
                    "the body of a deletion is its DeleteOptions, or nothing; not a " + kind);
        }
        return new DeleteOptions(sent);
    }

    private static DeleteOptions options(ApiCall call) {
        DeleteOptions.Builder all = sent(call).toBuilder();
        call.param("gracePeriodSeconds")
                .map(DeleteVerb::seconds)
                .ifPresent(all::gracePeriodSeconds);
        call.param("propagationPolicy").ifPresent(all::propagationPolicy);
        call.param("orphanDependents").ifPresent(text -> all.orphanDependents(text.equals("true")));
        DeleteOptions merged = all.build();
        Options.check(merged);
        // As documented for clients that count down: less than nothing is as soon as can be.
        return merged.gracePeriodSeconds() < 0
                ? merged.toBuilder().gracePeriodSeconds(1).build()
                : merged;
    }

    private static long seconds(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiErrors.badRequest(
                    "gracePeriodSeconds must be a whole number, not \"" + text + "\"");
        }
    }
}
