package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.RawJson;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.ControllerRevision;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.LabelSelector;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The templates that owners of one kind have had, kept as {@code ControllerRevision}s: what is
 * rolled back to, and what pods of before an update are made of. A template is found again by what
 * it says and not by its hash, so that another way to compute hashes changes no pod. Thread-safe.
 */
final class TemplateHistory<T extends ApiObject> {

    /** The label that tells pods and revisions which template they are of. */
    static final String HASH = "controller-revision-hash";

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final int COLLISIONS_MAX = 16;
    private static final Comparator<ControllerRevision> BY_NUMBER =
            Comparator.comparingLong(ControllerRevision::revision)
                    .thenComparing(ControllerRevision::name);

    private final ApiClient client;
    private final ResourceType<T> type;
    private final Informer<ControllerRevision> revisions;

    TemplateHistory(ApiClient client, Informers informers, ResourceType<T> type) {
        this.client = client;
        this.type = type;
        this.revisions = informers.of(Resources.CONTROLLER_REVISIONS);
    }

    /**
     * A template of an owner.
     *
     * @param hash what its pods are labelled with, or the end of it
     */
    record Revision(ControllerRevision object, String hash) {

        static Revision of(ControllerRevision object) {
            return new Revision(object, object.metadata().labels().getOrDefault(HASH, ""));
        }

        String name() {
            return object.name();
        }

        /** What pods of this revision are made of; empty if the object was tampered with. */
        Optional<PodTemplateSpec> template() {
            return templateOf(object)
                    .map(t -> JsonCodec.fromTree(PodTemplateSpec.definition(), t))
                    .map(PodTemplateSpec::new);
        }
    }

    /**
     * What is known of an owner's templates.
     *
     * @param current that of its template now
     * @param all the current one too, the oldest first
     */
    record Known(Revision current, List<Revision> all) {

        Optional<Revision> named(String name) {
            return all.stream().filter(r -> r.name().equals(name)).findFirst();
        }
    }

    Trigger trigger() {
        return Trigger.on(revisions, r -> Owners.keys(r, type.gvk().kind()));
    }

    /** An owner's history, in which its template is the newest. */
    Known of(T owner, LabelSelector selector, PodTemplateSpec template) {
        List<ControllerRevision> before =
                Claims.by(client, type, owner, Resources.CONTROLLER_REVISIONS, selector)
                        .of(revisions.inNamespace(owner.namespace()))
                        .stream()
                        .sorted(BY_NUMBER)
                        .toList();
        Map<String, @Nullable Object> wanted = tree(template);
        long last = before.isEmpty() ? 0 : before.getLast().revision();
        ControllerRevision current =
                before.stream()
                        .filter(r -> templateOf(r).filter(wanted::equals).isPresent())
                        .reduce((older, newer) -> newer)
                        .map(r -> r.revision() == last ? r : renumber(r, last + 1))
                        .orElseGet(() -> create(owner, template, wanted, last + 1));
        Stream<ControllerRevision> others =
                before.stream().filter(r -> !r.name().equals(current.name()));
        return new Known(
                Revision.of(current),
                Stream.concat(others, Stream.of(current)).map(Revision::of).toList());
    }

    private ControllerRevision renumber(ControllerRevision revision, long number) {
        return client.resource(Resources.CONTROLLER_REVISIONS)
                .update(revision.toBuilder().revision(number).build());
    }

    private ControllerRevision create(
            T owner, PodTemplateSpec template, Map<String, @Nullable Object> wanted, long number) {
        for (int collisions = 0; ; collisions++) {
            ControllerRevision made =
                    revision(owner, template, Revisions.hash(template, collisions), number);
            try {
                return client.resource(Resources.CONTROLLER_REVISIONS).create(made);
            } catch (ApiException e) {
                if (!e.isConflict() || collisions == COLLISIONS_MAX) {
                    throw e;
                }
                Optional<ControllerRevision> there =
                        client.resource(Resources.CONTROLLER_REVISIONS)
                                .find(made.key())
                                .filter(r -> Owners.isOwnedBy(r, owner))
                                .filter(r -> templateOf(r).filter(wanted::equals).isPresent());
                if (there.isPresent()) {
                    return there.get();
                }
            }
        }
    }

    private ControllerRevision revision(
            T owner, PodTemplateSpec template, String hash, long number) {
        Map<String, String> labels = new HashMap<>(template.metadata().labels());
        labels.put(HASH, hash);
        Map<String, String> annotations = new HashMap<>(owner.metadata().annotations());
        annotations.remove(LAST_APPLIED);
        return ControllerRevision.builder()
                .metadata(m ->
                        m.namespace(owner.namespace())
                                .name(owner.name() + "-" + hash)
                                .labels(labels)
                                .annotations(annotations)
                                .ownerReferences(List.of(Owners.reference(type, owner))))
                .data(patch(template))
                .revision(number)
                .build();
    }

    /** As kubectl applies it to roll back: a patch that puts the template in place of another. */
    private static RawJson patch(PodTemplateSpec template) {
        Map<String, @Nullable Object> replacing = new HashMap<>(tree(template));
        replacing.put("$patch", "replace");
        return JsonTree.raw(Map.of("spec", Map.of("template", replacing)));
    }

    private static Map<String, @Nullable Object> tree(PodTemplateSpec template) {
        return JsonTree.parseObject(JsonCodec.encode(template.struct()));
    }

    private static Optional<Map<String, @Nullable Object>> templateOf(ControllerRevision object) {
        Optional<Object> data = object.data().map(JsonTree::valueOf);
        return data.flatMap(d -> child(d, "spec"))
                .flatMap(s -> child(s, "template"))
                .map(t -> {
                    Map<String, @Nullable Object> template = new HashMap<>();
                    ((Map<?, ?>) t).forEach((k, v) -> template.put(String.valueOf(k), v));
                    template.remove("$patch");
                    return template;
                });
    }

    private static Optional<Object> child(Object tree, String name) {
        return tree instanceof Map<?, ?> map && map.get(name) instanceof Map<?, ?> child
                ? Optional.of(child)
                : Optional.empty();
    }

    /** Removes the oldest beyond a number, except for the current one and those in use. */
    void forgetOld(Known known, int limit, Predicate<Revision> inUse) {
        List<Revision> removable =
                known.all().stream()
                        .filter(r -> !r.equals(known.current()) && !inUse.test(r))
                        .toList();
        removable.stream().limit(Math.max(0, removable.size() - limit)).forEach(this::delete);
    }

    private void delete(Revision revision) {
        ObjectKey key = revision.object().key();
        try {
            client.resource(Resources.CONTROLLER_REVISIONS)
                    .delete(
                            key,
                            DeleteOptions.builder()
                                    .preconditions(p -> p.uid(revision.object().uid()))
                                    .build());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }
}
