package dev.quilla.controller.lifecycle;

import dev.quilla.client.ApiClient;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionCondition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionNames;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionStatus;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.codec.JsonTree;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Accepts the names of custom kinds that no other kind of their group has, upon which they are
 * served; and removes all objects of a kind whose definition is deleted.
 */
public final class CustomKindController implements Controller {

    private static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final int PAGE = 500;

    private final ApiClient client;
    private final Informer<CustomResourceDefinition> definitions;
    private final InstantSource clock;

    /** Works through a client and shared informers. */
    public CustomKindController(ApiClient client, Informers informers, InstantSource clock) {
        this.client = client;
        this.definitions = informers.of(BriefDefinitions.TYPE);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "customkinds";
    }

    /** The names that one gives up may be what others of its group wait for. */
    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.on(
                        definitions,
                        crd ->
                                definitions
                                        .all()
                                        .filter(other ->
                                                other.spec().group().equals(crd.spec().group()))
                                        .map(CustomResourceDefinition::key)
                                        .toList()),
                Trigger.onItself(definitions));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        Optional<CustomResourceDefinition> found = definitions.get(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        CustomResourceDefinition crd = found.get();
        if (crd.metadata().hasDeletionTimestamp()) {
            return crd.metadata().finalizers().contains(FINALIZER) ? empty(crd) : Outcome.DONE;
        }
        if (!named(crd).equals(crd.status())) {
            whole(crd).ifPresent(this::update);
        }
        return Outcome.DONE;
    }

    /** Whoever writes a status writes annotations too, which those that are kept here lack. */
    private Optional<CustomResourceDefinition> whole(CustomResourceDefinition brief) {
        return client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS)
                .find(brief.key())
                .filter(crd -> crd.uid().equals(brief.uid()));
    }

    private void update(CustomResourceDefinition whole) {
        client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS)
                .updateStatus(
                        new CustomResourceDefinition(
                                whole.struct().with("status", named(whole).struct())));
    }

    /** The status that says which names are accepted. */
    private CustomResourceDefinitionStatus named(CustomResourceDefinition crd) {
        CustomResourceDefinitionNames wanted = crd.spec().names();
        CustomResourceDefinitionNames before = crd.status().acceptedNames();
        Taken taken = taken(crd);
        List<String> conflicts = new ArrayList<>();
        CustomResourceDefinitionNames.Builder accepted = CustomResourceDefinitionNames.builder();
        accepted.plural(free(wanted.plural(), before.plural(), taken.resources(), conflicts));
        accepted.kind(free(wanted.kind(), before.kind(), taken.kinds(), conflicts));
        accepted.listKind(free(wanted.listKind(), before.listKind(), taken.kinds(), conflicts));
        accepted.singular(free(wanted.singular(), before.singular(), taken.resources(), conflicts));
        List<String> shortNames =
                wanted.shortNames().stream()
                        .filter(name -> !free(name, "", taken.resources(), conflicts).isEmpty())
                        .toList();
        if (!shortNames.isEmpty()) {
            accepted.shortNames(shortNames);
        }
        if (!wanted.categories().isEmpty()) {
            accepted.categories(wanted.categories());
        }
        boolean free = conflicts.isEmpty();
        List<CustomResourceDefinitionCondition> conditions =
                new ArrayList<>(crd.status().conditions());
        set(
                conditions,
                "NamesAccepted",
                free,
                free ? "NoConflicts" : "NamesConflict",
                free ? "no conflicts found" : String.join(", ", conflicts));
        boolean established = free || isEstablished(crd);
        set(
                conditions,
                "Established",
                established,
                established ? "InitialNamesAccepted" : "NotAccepted",
                established
                        ? "the initial names have been accepted"
                        : "not all names are accepted");
        return crd.status().toBuilder().acceptedNames(n -> accepted).conditions(conditions).build();
    }

    /** The names that other kinds of a group have. */
    private record Taken(Set<String> resources, Set<String> kinds) {}

    private Taken taken(CustomResourceDefinition crd) {
        Taken taken = new Taken(new HashSet<>(), new HashSet<>());
        for (CustomResourceDefinition other : definitions.all().toList()) {
            boolean rival =
                    other.spec().group().equals(crd.spec().group())
                            && !other.name().equals(crd.name());
            if (rival) {
                CustomResourceDefinitionNames names = other.status().acceptedNames();
                taken.resources().addAll(List.of(names.plural(), names.singular()));
                taken.resources().addAll(names.shortNames());
                taken.kinds().addAll(List.of(names.kind(), names.listKind()));
            }
        }
        return taken;
    }

    /** The name if nobody has it, else the one that was accepted before. */
    private static String free(
            String name, String before, Set<String> taken, List<String> conflicts) {
        if (!taken.contains(name)) {
            return name;
        }
        conflicts.add("\"" + name + "\" is already in use");
        return before;
    }

    private static boolean isEstablished(CustomResourceDefinition crd) {
        return crd.status().conditions().stream()
                .anyMatch(c -> c.type().equals("Established") && c.status().equals("True"));
    }

    private void set(
            List<CustomResourceDefinitionCondition> conditions,
            String type,
            boolean holds,
            String reason,
            String message) {
        String status = holds ? "True" : "False";
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        CustomResourceDefinitionCondition.Builder condition =
                CustomResourceDefinitionCondition.builder()
                        .type(type)
                        .status(status)
                        .reason(reason)
                        .message(message)
                        .lastTransitionTime(now);
        for (int i = 0; i < conditions.size(); i++) {
            CustomResourceDefinitionCondition before = conditions.get(i);
            if (before.type().equals(type)) {
                if (before.status().equals(status)) {
                    before.lastTransitionTime().ifPresent(condition::lastTransitionTime);
                }
                conditions.set(i, condition.build());
                return;
            }
        }
        conditions.add(condition.build());
    }

    /** Deletes what there is of the kind; the definition goes when nothing is left. */
    private Outcome empty(CustomResourceDefinition crd) {
        if (isEstablished(crd)) {
            for (String collection : collections(crd)) {
                client.transport().call(ApiRequest.of("DELETE", collection)).orThrow();
            }
            if (!page(crd, 1, "").items().isEmpty()) {
                return new Outcome.After(LOOK_AGAIN);
            }
        }
        whole(crd).ifPresent(this::release);
        return Outcome.DONE;
    }

    private void release(CustomResourceDefinition whole) {
        List<String> rest =
                whole.metadata().finalizers().stream().filter(f -> !f.equals(FINALIZER)).toList();
        client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS)
                .update(whole.toBuilder().metadata(m -> m.finalizers(rest)).build());
    }

    /** Where there are objects of a kind: each is deleted at once, no more can be. */
    private Set<String> collections(CustomResourceDefinition crd) {
        Set<String> collections = new LinkedHashSet<>();
        String next = "";
        do {
            Page page = page(crd, PAGE, next);
            for (Object item : page.items()) {
                String namespace = text(item, "namespace");
                collections.add(
                        path(crd, namespace.isEmpty() ? "" : "namespaces/" + namespace + "/"));
            }
            next = page.next();
        } while (!next.isEmpty());
        return collections;
    }

    /** Some objects of a kind, and where to go on; none of a kind that is no longer served. */
    private record Page(List<?> items, String next) {}

    private Page page(CustomResourceDefinition crd, int limit, String from) {
        ApiRequest request =
                ApiRequest.get(path(crd, "")).withQuery("limit", Integer.toString(limit));
        ApiResponse list =
                client.transport()
                        .call(from.isEmpty() ? request : request.withQuery("continue", from));
        if (list.code() == 404) {
            return new Page(List.of(), "");
        }
        Map<?, ?> tree = JsonTree.parseObject(list.orThrow().body().encoded().shared());
        return new Page(
                tree.get("items") instanceof List<?> items ? items : List.of(),
                text(tree, "continue"));
    }

    /** What the metadata of an object or a list says; empty if nothing. */
    private static String text(Object object, String name) {
        return object instanceof Map<?, ?> tree
                        && tree.get("metadata") instanceof Map<?, ?> metadata
                        && metadata.get(name) instanceof String value
                ? value
                : "";
    }

    /** The objects of the kind: of a namespace, or all. */
    private static String path(CustomResourceDefinition crd, String within) {
        String version =
                crd.spec().versions().stream()
                        .filter(CustomResourceDefinitionVersion::served)
                        .map(CustomResourceDefinitionVersion::name)
                        .findFirst()
                        .orElse("none");
        return "/apis/%s/%s/%s%s"
                .formatted(
                        crd.spec().group(), version, within, crd.status().acceptedNames().plural());
    }
}
