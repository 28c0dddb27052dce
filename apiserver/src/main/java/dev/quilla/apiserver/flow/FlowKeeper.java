package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.registry.ChangeWorker;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.FlowSchemaCondition;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps the mandatory and the suggested configuration of flow control, as Kubernetes does: what is
 * mandatory is put back, what is suggested only where it is annotated {@code
 * apf.kubernetes.io/autoupdate-spec: "true"}; what is absent is made. Says in the status of flow
 * schemas whether their level is there. Runs on the leader.
 */
public final class FlowKeeper implements AutoCloseable {

    private static final String GROUP = "flowcontrol.apiserver.k8s.io";
    private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
    private static final String DANGLING = "Dangling";

    private final ApiClient client;
    private final InstantSource clock;
    private final ChangeWorker<String> worker;

    /** Works through a client that may do anything. */
    public FlowKeeper(ObjectStore objects, ApiClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.worker = ChangeWorker.ofGroup("flow-keeper", objects, GROUP, this::keep);
    }

    /**
     * Makes what is absent, and keeps it from then on.
     *
     * @throws ApiException if something can't be made
     */
    public void start() {
        keep();
        worker.start();
    }

    private void keep() {
        List<PriorityLevelConfiguration> levels =
                keep(
                        Resources.PRIORITY_LEVEL_CONFIGURATIONS,
                        FlowDefaults.all().levels(),
                        PriorityLevelConfiguration::metadata,
                        (is, wanted) ->
                                FlowDefaults.MANDATORY.contains(wanted.name())
                                        ? PriorityLevelKind.isAs(is.spec(), wanted.spec())
                                        : is.spec().equals(wanted.spec()),
                        (is, wanted) -> is.toBuilder().spec(wanted.spec()).build());
        List<FlowSchema> schemas =
                keep(
                        Resources.FLOW_SCHEMAS,
                        FlowDefaults.all().schemas(),
                        FlowSchema::metadata,
                        (is, wanted) -> is.spec().equals(wanted.spec()),
                        (is, wanted) -> is.toBuilder().spec(wanted.spec()).build());
        Set<String> names =
                levels.stream().map(PriorityLevelConfiguration::name).collect(Collectors.toSet());
        schemas.forEach(schema -> tellDangling(schema, names));
    }

    private interface Edit<T> {
        T as(T is, T wanted);
    }

    /** Everything of a resource, with those that must be there as they must be. */
    private <T extends ApiObject> List<T> keep(
            ResourceType<T> type,
            List<T> wanted,
            Function<T, ObjectMeta> metadata,
            BiPredicate<T, T> same,
            Edit<T> edit) {
        Map<String, T> there = new HashMap<>();
        for (T object : client.resource(type).list(ListOptions.ALL).items()) {
            there.put(object.key().name(), object);
        }
        for (T want : wanted) {
            String name = want.key().name();
            T is = there.get(name);
            if (is == null) {
                there.put(name, client.resource(type).create(want));
            } else if (!same.test(is, want) && isKept(name, metadata.apply(is))) {
                there.put(name, client.resource(type).update(edit.as(is, want)));
            }
        }
        return List.copyOf(there.values());
    }

    private static boolean isKept(String name, ObjectMeta metadata) {
        String annotation = metadata.annotations().getOrDefault(AUTO_UPDATE, "");
        return FlowDefaults.MANDATORY.contains(name)
                || annotation.equals("true")
                || (annotation.isEmpty() && metadata.generation() == 1);
    }

    private void tellDangling(FlowSchema schema, Set<String> levels) {
        String level = schema.spec().priorityLevelConfiguration().name();
        boolean there = levels.contains(level);
        String status = there ? "False" : "True";
        Optional<FlowSchemaCondition> known =
                schema.status().conditions().stream()
                        .filter(c -> c.type().equals(DANGLING))
                        .findFirst();
        if (known.filter(c -> c.status().equals(status)).isPresent()) {
            return;
        }
        FlowSchemaCondition condition =
                FlowSchemaCondition.builder()
                        .type(DANGLING)
                        .status(status)
                        .lastTransitionTime(clock.instant())
                        .reason(there ? "Found" : "NotFound")
                        .message(
                                "This FlowSchema references the PriorityLevelConfiguration object"
                                        + " named \""
                                        + level
                                        + "\" "
                                        + (there ? "and it exists" : "but there is no such object"))
                        .build();
        client.resource(Resources.FLOW_SCHEMAS)
                .updateStatus(
                        schema.toBuilder().status(s -> s.conditions(List.of(condition))).build());
    }

    @Override
    public void close() {
        worker.close();
    }
}
