package dev.quilla.apiserver.transcript;

import dev.quilla.apiserver.admission.Admissions;
import dev.quilla.apiserver.admission.PodSecuritySettings;
import dev.quilla.apiserver.admission.policy.PolicyParts;
import dev.quilla.apiserver.admission.webhook.Webhooks;
import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.aggregation.Aggregator;
import dev.quilla.apiserver.aggregation.ApiServices;
import dev.quilla.apiserver.aggregation.ServersOfOthers;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.LastingTokens;
import dev.quilla.apiserver.auth.MastersAuthorizer;
import dev.quilla.apiserver.auth.NodeAuthorizer;
import dev.quilla.apiserver.auth.RoleAuthorizer;
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
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.apiserver.verbs.ApiResources;
import dev.quilla.apiserver.verbs.NameGenerator;
import dev.quilla.apiserver.verbs.Reviews;
import dev.quilla.apiserver.verbs.WriteRules;
import dev.quilla.client.ApiClient;
import dev.quilla.client.Body;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.AddressRange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Schema;
import dev.quilla.pki.KeyPairs;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.KeyRange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole way of a request over a store in memory, where nothing is left to chance: the clock
 * stands still, uids count, names come from a seed.
 */
public final class TestApi {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-02T03:04:05Z"));
    private static final Identity ADMIN = Identity.known("admin", "", List.of(Identity.MASTERS));

    private final ObjectStore objects;
    private final ResourceRegistry registry;
    private final Aggregator aggregator;
    private final AggregatedDiscovery discovery;
    private final ApiResources resources;
    private final Authorizer authorizer;
    private Identity who = ADMIN;
    private final AtomicInteger uids = new AtomicInteger();
    private final AtomicInteger addresses = new AtomicInteger();

    /** Makes a cluster with a namespace and its service account. */
    public TestApi() {
        this(new ObjectStore(new InMemoryStore()));
    }

    /** The same, whose objects are kept there; what is there already is served as it is. */
    public TestApi(ObjectStore plain) {
        ServiceEndpoints endpoints = new ServiceEndpoints(plain);
        OutboundClient outbound =
                new OutboundClient(endpoints, new Kubelets(plain, () -> TlsMaterial.NONE));
        aggregator =
                new Aggregator(new ApiServices(plain), endpoints, outbound, () -> TlsMaterial.NONE);
        CustomKinds customKinds = new CustomKinds(plain, outbound, () -> "uid-of-a-review");
        ObjectStore objects = plain.convertedBy(customKinds).countedBy(new QuotaLedger(plain));
        this.objects = objects;
        Random random = new Random(1);
        NameGenerator names = new NameGenerator(random);
        RoleRules roles = new RoleRules(objects);
        authorizer =
                Authorizer.anyOf(
                        List.of(
                                new MastersAuthorizer(),
                                new RoleAuthorizer(roles),
                                new NodeAuthorizer(objects)));
        TokenIssuer issuer =
                new TokenIssuer(KeyPairs.generate(), objects, CLOCK, () -> "id-of-a-token");
        LastingTokens lasting = new LastingTokens(issuer, objects);
        registry =
                new ResourceRegistry(
                        Schema.builtin(),
                        Kinds.behaviours(
                                new ServiceAddresses(
                                        AddressRange.parse("10.96.0.0/16"),
                                        random,
                                        CLOCK,
                                        () -> "uid-of-an-address-" + addresses.incrementAndGet()),
                                random),
                        customKinds);
        discovery =
                new AggregatedDiscovery(
                        new Discovery(registry),
                        new OpenApi(registry),
                        aggregator,
                        InstantSource.system());
        Versions versions = new Versions(customKinds);
        Webhooks webhooks =
                new Webhooks(
                        objects, registry, versions, authorizer, outbound, () -> "uid-of-a-review");
        resources =
                new ApiResources(
                        registry,
                        objects,
                        versions,
                        new WriteRules(
                                Admissions.all(
                                        objects,
                                        roles,
                                        authorizer,
                                        names::generate,
                                        lasting,
                                        "PEM",
                                        new PolicyParts(registry, objects, versions, authorizer),
                                        webhooks,
                                        PodSecuritySettings.NONE),
                                CLOCK),
                        issuer,
                        new Reviews(authorizer, issuer, roles, List.of(lasting)),
                        authorizer,
                        CLOCK,
                        () -> "uid-" + uids.incrementAndGet(),
                        names);
        if (objects.local().count(KeyRange.ALL) > 0) {
            return;
        }
        call(
                "POST",
                "/api/v1/namespaces",
                "application/json",
                "{\"metadata\":{\"name\":\"default\"}}");
        call(
                "POST",
                "/api/v1/namespaces/default/serviceaccounts",
                "application/json",
                "{\"metadata\":{\"name\":\"default\"}}");
    }

    /** A client of an administrator. */
    public ApiClient client() {
        return new ApiClient(
                new InProcessTransport(
                        resources,
                        new ServersOfOthers(discovery, aggregator),
                        authorizer,
                        ADMIN,
                        OptionalLong.empty(),
                        Audit.OFF));
    }

    /** Answers requests about resources. */
    public ResourceHandler resources() {
        return resources;
    }

    /** Passes on to whoever is registered. */
    public Aggregator aggregator() {
        return aggregator;
    }

    /** Lists what is served, here and there. */
    public AggregatedDiscovery discovery() {
        return discovery;
    }

    /** What is served. */
    public ResourceRegistry registry() {
        return registry;
    }

    /** What is stored. */
    public ObjectStore objects() {
        return objects;
    }

    /** Asks as somebody from now on; at first, and where nobody is named, as an administrator. */
    void as(String user, List<String> groups) {
        who = user.isEmpty() ? ADMIN : Identity.known(user, "", groups);
    }

    /**
     * Asks for something.
     *
     * @param target path and query
     * @throws dev.quilla.model.ApiException if it is refused
     */
    ApiReply call(String method, String target, String type, String body) {
        String[] parts = target.split("\\?", 2);
        Map<String, List<String>> query = query(parts.length > 1 ? parts[1] : "");
        boolean watch = query.getOrDefault("watch", List.of()).contains("true");
        RequestInfo info = RequestInfo.parse(method, parts[0], watch);
        if (!authorizer.allows(who, info.selected(query))) {
            throw ApiErrors.forbidden(info.groupResource(), info.name(), "not authorized");
        }
        return resources.handle(
                new ApiCall(
                        info,
                        who,
                        query,
                        "",
                        body.isEmpty()
                                ? Body.none()
                                : Body.of(body.getBytes(StandardCharsets.UTF_8), type),
                        "test/1.0",
                        OptionalLong.empty()));
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                String value = parts.length > 1 ? parts[1] : "";
                query.computeIfAbsent(parts[0], n -> new ArrayList<>())
                        .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return query;
    }
}
