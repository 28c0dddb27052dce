package dev.quilla.server.master;

import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.admission.Admissions;
import dev.quilla.apiserver.admission.policy.PolicyParts;
import dev.quilla.apiserver.admission.webhook.Webhooks;
import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.aggregation.Aggregator;
import dev.quilla.apiserver.aggregation.ApiServices;
import dev.quilla.apiserver.auth.Authenticator;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.CertificateAuthenticator;
import dev.quilla.apiserver.auth.LastingTokens;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.connect.Connections;
import dev.quilla.apiserver.custom.CustomKinds;
import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.IssuerDocuments;
import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.KeyFile;
import dev.quilla.apiserver.encryption.KeyRing;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.http.ApiServer;
import dev.quilla.apiserver.http.BackupSender;
import dev.quilla.apiserver.http.Callers;
import dev.quilla.apiserver.http.Health;
import dev.quilla.apiserver.http.KeyPaths;
import dev.quilla.apiserver.kinds.Kinds;
import dev.quilla.apiserver.kinds.ServiceAddresses;
import dev.quilla.apiserver.metrics.MetricsApi;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.quota.QuotaLedger;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.StoredKeys;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.apiserver.verbs.ApiResources;
import dev.quilla.apiserver.verbs.NameGenerator;
import dev.quilla.apiserver.verbs.Reviews;
import dev.quilla.apiserver.verbs.WriteRules;
import dev.quilla.client.Backoff;
import dev.quilla.client.http.FileCredentials;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.http.HttpServer;
import dev.quilla.http.HttpServerConfig;
import dev.quilla.model.AddressRange;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.pki.KeyPairs;
import dev.quilla.plugin.host.BundledPlugin;
import dev.quilla.server.backup.ScheduledBackups;
import dev.quilla.server.config.MasterConfig;
import dev.quilla.server.distribution.Distribution;
import dev.quilla.store.Store;
import dev.quilla.store.log.Bounds;
import dev.quilla.store.raft.RaftStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The composition root of a master: builds its parts, starts and stops them in order. */
public final class MasterProcess implements AutoCloseable {

    private static final int EVENTS_MAX = 20_000;

    /** As long as the Kubernetes API server keeps them unless it is told otherwise. */
    private static final Duration EVENTS_AGE = Duration.ofHours(1);

    private final Store store;
    private final HttpServer server;
    private final FlowControl flows;
    private final LeaderServices leaderServices;
    private final OutboundClient outbound;
    private final Optional<ScheduledBackups> backups;
    private final AuditRecord record;

    private MasterProcess(
            Store store,
            HttpServer server,
            FlowControl flows,
            LeaderServices leaderServices,
            OutboundClient outbound,
            Optional<ScheduledBackups> backups,
            AuditRecord record) {
        this.outbound = outbound;
        this.backups = backups;
        this.record = record;
        this.store = store;
        this.server = server;
        this.flows = flows;
        this.leaderServices = leaderServices;
    }

    /**
     * Starts a master.
     *
     * @param onFatal told why the process can't go on
     * @throws IOException if an address is taken or a certificate can't be used
     */
    public static MasterProcess start(MasterConfig config, Consumer<String> onFatal)
            throws IOException {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        List<BundledPlugin> bundledPlugins =
                Distribution.running().bundledPlugins().stream()
                        .<BundledPlugin>map(BundledPlugin.Jar::new)
                        .toList();
        Optional<KeyRing> ring =
                config.encryption().needsKeys()
                        ? Optional.of(KeyRing.open(new KeyFile(config.encryption().keyFile())))
                        : Optional.empty();
        Encryption encryption =
                ring.map(r -> Encryption.of(r, config.encryption().resources()))
                        .orElse(Encryption.NONE);
        RaftStore store = RaftStore.open(config.raft(onFatal), bounds(config));
        ObjectStore plain = new ObjectStore(store, encryption);
        ServiceEndpoints endpoints = new ServiceEndpoints(plain);
        Kubelets kubelets = new Kubelets(plain, kubeletClient(config.pkiDir()));
        OutboundClient outbound = new OutboundClient(endpoints, kubelets);
        CustomKinds customKinds = new CustomKinds(plain, outbound, MasterProcess::newUid);
        ObjectStore objects = plain.convertedBy(customKinds).countedBy(new QuotaLedger(plain));
        ResourceRegistry registry =
                new ResourceRegistry(
                        Schema.builtin(),
                        Kinds.behaviours(
                                new ServiceAddresses(
                                        AddressRange.parse(config.network().serviceRange()),
                                        random,
                                        clock,
                                        MasterProcess::newUid),
                                random),
                        customKinds);
        StoredKeys storedKeys =
                new StoredKeys(
                        objects, registry, encryption, ring, config.encryption().resources());
        KeyPair accountKeys =
                KeyPairs.load(
                        config.pkiDir().resolve("service-accounts.pub"),
                        config.pkiDir().resolve("service-accounts.key"));
        TokenIssuer issuer = new TokenIssuer(accountKeys, objects, clock, MasterProcess::newUid);
        RoleRules roles = new RoleRules(objects);
        Authorizer authorizer = Authorizers.of(config.authorization(), roles, objects, clock);
        AuditRecord record = AuditRecord.start(config.audit(), clock);
        LastingTokens lasting = new LastingTokens(issuer, objects);
        List<Authenticator> others = new ArrayList<>(List.of(lasting));
        others.addAll(TokenAuthenticators.of(config.authentication(), objects, clock));
        NameGenerator names = new NameGenerator(random);
        Aggregator aggregator =
                new Aggregator(
                        new ApiServices(objects), endpoints, outbound, frontProxy(config.pkiDir()));
        AggregatedDiscovery discovery =
                new AggregatedDiscovery(
                        new Discovery(registry), new OpenApi(registry), aggregator, clock);
        Versions versions = new Versions(customKinds);
        AdmissionChain admissions =
                Admissions.all(
                        objects,
                        roles,
                        authorizer,
                        names::generate,
                        lasting,
                        Files.readString(config.pkiDir().resolve("ca.crt")),
                        new PolicyParts(registry, objects, versions, authorizer),
                        new Webhooks(
                                objects,
                                registry,
                                versions,
                                authorizer,
                                outbound,
                                MasterProcess::newUid),
                        config.podSecurity());
        Connections connections = new Connections(objects, kubelets, endpoints, outbound);
        ResourceHandler resources =
                new MetricsApi(
                        new ApiResources(
                                registry,
                                objects,
                                versions,
                                new WriteRules(admissions, clock),
                                issuer,
                                new Reviews(authorizer, issuer, roles, others),
                                authorizer,
                                clock,
                                MasterProcess::newUid,
                                names),
                        registry,
                        objects,
                        connections,
                        clock);
        LeaderServices leaderServices =
                new LeaderServices(
                        new TermServices(
                                config,
                                new MasterAddresses(config, store.members()),
                                objects,
                                registry,
                                aggregator,
                                discovery,
                                resources,
                                authorizer,
                                record.audit(),
                                bundledPlugins,
                                clock),
                        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15)));
        String url = "https://127.0.0.1:" + config.apiPort();
        BackupSender sender = new BackupSender(store, config.clusterId(), config.name(), clock);
        Optional<ScheduledBackups> backups =
                config.backup()
                        .map(plan -> ScheduledBackups.start(store, sender::origin, plan, clock));
        FlowControl flows = new FlowControl(objects, config.seats(), clock, System::nanoTime);
        ApiServer api =
                new ApiServer(
                        new Callers(
                                authenticators(issuer, others),
                                authorizer,
                                config.authentication()::allowsAnonymous),
                        registry,
                        resources,
                        aggregator,
                        discovery,
                        admissions,
                        new TableWriter(clock),
                        new Health(
                                config.name(),
                                url,
                                store,
                                () -> isBootstrapped(objects),
                                storedKeys::problem,
                                () -> backups.map(ScheduledBackups::status),
                                store::repaired),
                        connections,
                        sender,
                        flows,
                        new KeyPaths(config.name(), storedKeys, () -> store.members().all()),
                        record.audit(),
                        new IssuerDocuments(
                                "https://" + config.advertiseAddress() + ":" + config.apiPort(),
                                issuer.key()),
                        clock);
        HttpServer server = new HttpServer(serverConfig(config), api);
        flows.start();
        server.start();
        leaderServices.start(store.leadership());
        return new MasterProcess(store, server, flows, leaderServices, outbound, backups, record);
    }

    private static Supplier<TlsMaterial> frontProxy(Path pki) {
        return FileCredentials.mutual(
                pki.resolve("front-proxy-ca.crt"),
                pki.resolve("front-proxy-client.crt"),
                pki.resolve("front-proxy-client.key"));
    }

    private static Supplier<TlsMaterial> kubeletClient(Path pki) {
        return FileCredentials.mutual(
                pki.resolve("ca.crt"),
                pki.resolve("kubelet-client.crt"),
                pki.resolve("kubelet-client.key"));
    }

    private static String newUid() {
        return UUID.randomUUID().toString();
    }

    private static List<Authenticator> authenticators(
            TokenIssuer issuer, List<Authenticator> others) {
        List<Authenticator> all = new ArrayList<>(List.of(new CertificateAuthenticator(), issuer));
        all.addAll(others);
        return all;
    }

    private static boolean isBootstrapped(ObjectStore objects) {
        return objects.find(
                        objects.local(),
                        Schema.builtin().find(Resources.ENDPOINTS.gvr()).orElseThrow(),
                        new dev.quilla.model.ObjectKey("default", "kubernetes"))
                .isPresent();
    }

    /**
     * Informers hold objects decoded, beside the store's bytes: so it may have a quarter of the
     * heap. Events are worth less than room: the oldest go first, long before anything is refused.
     */
    private static Bounds bounds(MasterConfig config) {
        long bytes = config.stateBytesMax().orElse(Runtime.getRuntime().maxMemory() / 4);
        return Bounds.usual()
                .withStateBytes(bytes)
                .withCap(
                        new Bounds.Cap(
                                Keys.objects(Resources.EVENTS.gvr().groupResource(), ""),
                                EVENTS_MAX,
                                bytes / 8,
                                EVENTS_AGE));
    }

    private static HttpServerConfig serverConfig(MasterConfig config) {
        List<HttpServerConfig.Listener> listeners = new ArrayList<>();
        for (String address : config.listenAddresses()) {
            listeners.add(new HttpServerConfig.Listener(address, config.apiPort(), false));
        }
        if (config.sharedPort() != 0) {
            listeners.add(new HttpServerConfig.Listener("127.0.0.1", config.sharedPort(), true));
        }
        Path pki = config.pkiDir();
        return HttpServerConfig.of(
                "api",
                listeners,
                new HttpServerConfig.Certificates(
                        pki.resolve(config.name() + ".key"),
                        pki.resolve(config.name() + ".crt"),
                        pki.resolve("ca.crt")));
    }

    @Override
    public void close() {
        server.close();
        flows.close();
        leaderServices.close();
        outbound.close();
        backups.ifPresent(ScheduledBackups::close);
        store.close();
        record.close();
    }
}
