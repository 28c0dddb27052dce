package dev.quilla.controller;

import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.aggregation.Aggregator;
import dev.quilla.apiserver.aggregation.ApiServices;
import dev.quilla.apiserver.aggregation.ServersOfOthers;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.custom.CustomKinds;
import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.apiserver.http.InProcessTransport;
import dev.quilla.apiserver.kinds.Kinds;
import dev.quilla.apiserver.kinds.ServiceAddresses;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.quota.QuotaLedger;
import dev.quilla.apiserver.registry.Converter;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.verbs.ApiResources;
import dev.quilla.apiserver.verbs.NameGenerator;
import dev.quilla.apiserver.verbs.Reviews;
import dev.quilla.apiserver.verbs.WriteRules;
import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Eventually;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.controller.lifecycle.BriefDefinitions;
import dev.quilla.model.AddressRange;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.core.v1.Binding;
import dev.quilla.model.core.v1.Event;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.NodeCondition;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.pki.KeyPairs;
import dev.quilla.store.InMemoryStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The real API over a store in memory, with informers as controllers have them. Controllers don't
 * run by themselves: a test reconciles one key after the other, each time with caches that show all
 * that has been written.
 */
public final class TestCluster implements AutoCloseable {

    private static final List<ResourceType<? extends ApiObject>> CACHED =
            List.of(
                    Resources.PODS,
                    Resources.NODES,
                    Resources.LEASES,
                    Resources.NAMESPACES,
                    Resources.SERVICES,
                    Resources.SERVICE_ACCOUNTS,
                    Resources.CONFIG_MAPS,
                    Resources.SECRETS,
                    Resources.ENDPOINTS,
                    Resources.ENDPOINT_SLICES,
                    Resources.REPLICA_SETS,
                    Resources.REPLICATION_CONTROLLERS,
                    Resources.DEPLOYMENTS,
                    Resources.STATEFUL_SETS,
                    Resources.DAEMON_SETS,
                    Resources.JOBS,
                    Resources.CRON_JOBS,
                    Resources.CONTROLLER_REVISIONS,
                    Resources.SERVICE_CID_RS,
                    Resources.CLUSTER_ROLES,
                    Resources.IP_ADDRESSES,
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    Resources.PERSISTENT_VOLUMES,
                    Resources.VOLUME_ATTRIBUTES_CLASSES,
                    Resources.POD_DISRUPTION_BUDGETS,
                    Resources.HORIZONTAL_POD_AUTOSCALERS,
                    Resources.CERTIFICATE_SIGNING_REQUESTS,
                    BriefDefinitions.TYPE,
                    Resources.API_SERVICES);

    /** What time it is. */
    public final SetClock clock = new SetClock();

    /** Access to the API. */
    public final ApiClient client;

    /** What controllers see. */
    public final Informers informers;

    /** Where controllers tell what they do. */
    public final EventRecorder events;

    private final ObjectStore uncounted = new ObjectStore(new InMemoryStore());
    private final AtomicLong uids = new AtomicLong();
    private final InProcessTransport transport;

    /** A cluster with the namespace {@code default} and nothing else. */
    public TestCluster() {
        this.transport = transport();
        this.client = new ApiClient(transport);
        this.informers = new Informers(client);
        CACHED.forEach(informers::of);
        this.events = new EventRecorder(client, "test", "", clock);
        client.resource(Resources.NAMESPACES)
                .create(Namespace.builder().metadata(m -> m.name("default")).build());
        informers.start();
    }

    private InProcessTransport transport() {
        ObjectStore objects = uncounted.countedBy(new QuotaLedger(uncounted));
        ServiceEndpoints endpoints = new ServiceEndpoints(objects);
        OutboundClient outbound =
                new OutboundClient(endpoints, new Kubelets(objects, () -> TlsMaterial.NONE));
        SecureRandom random = new SecureRandom();
        ResourceRegistry registry =
                new ResourceRegistry(
                        Schema.builtin(),
                        Kinds.behaviours(
                                new ServiceAddresses(
                                        AddressRange.parse("10.96.0.0/16"),
                                        random,
                                        clock,
                                        () -> "uid-" + uids.incrementAndGet()),
                                random),
                        new CustomKinds(objects, outbound, () -> "uid"));
        Aggregator aggregator =
                new Aggregator(
                        new ApiServices(objects), endpoints, outbound, () -> TlsMaterial.NONE);
        TokenIssuer issuer =
                new TokenIssuer(
                        KeyPairs.generate(), objects, clock, () -> "id-" + uids.incrementAndGet());
        ApiResources resources =
                new ApiResources(
                        registry,
                        objects,
                        new Versions(Converter.NONE),
                        new WriteRules(new AdmissionChain(List.of()), clock),
                        issuer,
                        new Reviews((who, what) -> true, issuer, new RoleRules(objects), List.of()),
                        (who, what) -> true,
                        clock,
                        () -> "uid-" + uids.incrementAndGet(),
                        new NameGenerator(random));
        return new InProcessTransport(
                resources,
                new ServersOfOthers(
                        new AggregatedDiscovery(
                                new Discovery(registry),
                                new OpenApi(registry),
                                aggregator,
                                InstantSource.system()),
                        aggregator),
                (who, what) -> true,
                Identity.known("test", "", List.of()),
                OptionalLong.empty(),
                Audit.OFF);
    }

    /**
     * The access of a process that dies when it has written so often: its next write throws {@link
     * Death}, before it has been done, or, late, after it.
     */
    public ApiClient clientThatDies(int writes, boolean late) {
        return new ApiClient(new DyingTransport(transport, writes, late));
    }

    /** Waits until the caches show all that has been written. */
    public void settle() {
        CACHED.forEach(this::settle);
    }

    private <T extends ApiObject> void settle(ResourceType<T> type) {
        Map<ObjectKey, String> written =
                versions(client.resource(type).list(ListOptions.ALL).items().stream());
        try {
            Eventually.eventually(
                    "the cache shows " + type.gvr(),
                    () ->
                            informers.of(type).synced()
                                    && versions(informers.of(type).all()).equals(written)
                                    && reached(informers.of(type)) >= newest(written));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A cache shows an object a moment before it says which revision it has reached. */
    private static long reached(Informer<?> informer) {
        return Long.parseLong(informer.resourceVersion());
    }

    private static long newest(Map<ObjectKey, String> versions) {
        return versions.values().stream().mapToLong(Long::parseLong).max().orElse(0);
    }

    private static Map<ObjectKey, String> versions(Stream<? extends ApiObject> objects) {
        Map<ObjectKey, String> versions = new TreeMap<>();
        objects.forEach(o -> versions.put(o.key(), o.resourceVersion()));
        return versions;
    }

    /** Lets a controller look once at an object, with caches that are up to date. */
    public Controller.Outcome reconcile(Controller controller, ObjectKey key) {
        settle();
        return controller.reconcile(key);
    }

    /** Creates what YAML says, in the namespace {@code default} unless it says another. */
    public <T extends ApiObject> T create(ResourceType<T> type, String yaml) {
        return client.resource(type).create(type.view().apply(parse(type, yaml)));
    }

    /** Stores what YAML says as it is, as an API of another version may have let it pass. */
    public void store(ResourceType<?> type, String yaml) {
        Struct object = parse(type, yaml);
        uncounted
                .write(
                        Schema.builtin().find(type.gvr()).orElseThrow(),
                        key(type, object.text("metadata", "name")),
                        OptionalLong.empty())
                .create(object.withAt("stored", "metadata", "uid"))
                .commitOrConflict();
    }

    private static Struct parse(ResourceType<?> type, String yaml) {
        Struct object = JsonCodec.fromTree(type.definition(), YamlCodec.readAll(yaml).getFirst());
        boolean lacksNamespace =
                type.namespaced() && object.text("metadata", "namespace").isEmpty();
        return lacksNamespace ? object.withAt("default", "metadata", "namespace") : object;
    }

    /** Reads an object. */
    public <T extends ApiObject> T get(ResourceType<T> type, String name) {
        return client.resource(type).get(key(type, name));
    }

    /** An object that may be gone. */
    public <T extends ApiObject> Optional<T> find(ResourceType<T> type, String name) {
        return client.resource(type).find(key(type, name));
    }

    /** Where a name of the namespace {@code default}, or of the cluster, is found. */
    public static ObjectKey key(ResourceType<?> type, String name) {
        return type.namespaced() ? new ObjectKey("default", name) : ObjectKey.cluster(name);
    }

    /** All objects of a resource, by name. */
    public <T extends ApiObject> List<T> all(ResourceType<T> type) {
        return client.resource(type).list(ListOptions.ALL).items().stream()
                .sorted(java.util.Comparator.comparing(ApiObject::key))
                .toList();
    }

    /** Pods that are not on their way out, by name. */
    public List<Pod> livePods() {
        return all(Resources.PODS).stream().filter(Pods::isActive).toList();
    }

    /** A node that is ready. */
    public Node node(String name) {
        Node node =
                create(
                        Resources.NODES,
                        "metadata: {name: %s, labels: {topology.kubernetes.io/zone: zone-of-%s}}"
                                .formatted(name, name));
        NodeCondition ready = NodeCondition.builder().type("Ready").status("True").build();
        return client.resource(Resources.NODES)
                .updateStatus(node.toBuilder().status(s -> s.conditions(List.of(ready))).build());
    }

    /** Puts a pod on a node. */
    public Pod bind(Pod pod, String node) {
        client.resource(Resources.PODS)
                .bind(
                        Binding.builder()
                                .metadata(m -> m.namespace(pod.namespace()).name(pod.name()))
                                .target(t -> t.kind("Node").name(node))
                                .build());
        return client.resource(Resources.PODS).get(pod.key());
    }

    /** Makes a pod run and serve, or not serve, as a kubelet reports it. */
    public Pod report(Pod pod, String phase, boolean ready, String ip) {
        PodCondition condition =
                PodCondition.builder()
                        .type("Ready")
                        .status(ready ? "True" : "False")
                        .lastTransitionTime(clock.instant())
                        .build();
        return client.resource(Resources.PODS)
                .updateStatus(
                        pod.toBuilder()
                                .status(s ->
                                        s.phase(phase).podIP(ip).conditions(List.of(condition)))
                                .build());
    }

    /** Does what kubelets do: what is new runs and serves, what was deleted ends. */
    public void runKubelets() {
        for (Pod pod : all(Resources.PODS)) {
            if (pod.metadata().hasDeletionTimestamp()) {
                client.resource(Resources.PODS)
                        .delete(pod.key(), DeleteOptions.builder().gracePeriodSeconds(0).build());
            } else if (!Pods.isOver(pod) && !Pods.isReady(pod)) {
                report(
                        pod.spec().nodeName().isEmpty() ? bind(pod, "node-1") : pod,
                        "Running",
                        true,
                        "10.0.0.1");
            }
        }
    }

    /** Waits for an event of that reason; answers its message. */
    public String event(String reason) {
        try {
            Eventually.eventually("event " + reason, () -> findEvent(reason).isPresent());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return findEvent(reason).orElseThrow().message();
    }

    private Optional<Event> findEvent(String reason) {
        return all(Resources.EVENTS).stream().filter(e -> e.reason().equals(reason)).findFirst();
    }

    /** How long until a key is looked at again, or zero. */
    public static Duration delay(Controller.Outcome outcome) {
        return outcome instanceof Controller.Outcome.After(Duration delay) ? delay : Duration.ZERO;
    }

    @Override
    public void close() {
        events.close();
        informers.close();
    }
}
