package dev.quilla.server.master;

import dev.quilla.apiserver.admission.policy.PolicyStatus;
import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.aggregation.Aggregator;
import dev.quilla.apiserver.aggregation.ApiServiceStatus;
import dev.quilla.apiserver.aggregation.PublishedTrust;
import dev.quilla.apiserver.aggregation.ServersOfOthers;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.bootstrap.Bootstrap;
import dev.quilla.apiserver.bootstrap.MasterEndpoints;
import dev.quilla.apiserver.flow.FlowKeeper;
import dev.quilla.apiserver.http.InProcessTransport;
import dev.quilla.apiserver.quota.QuotaStatus;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.client.ApiClient;
import dev.quilla.controller.ControllerManager;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.host.BundledPlugin;
import dev.quilla.plugin.host.PluginHostConfig;
import dev.quilla.scheduler.SchedulerService;
import dev.quilla.server.config.MasterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bootstrap, controllers, the status of quotas and the scheduler. Their writes carry the term, so
 * that one who has not noticed yet that another master leads can do no harm.
 */
final class TermServices implements LeaderServices.Services {

    private static final Logger LOG = LoggerFactory.getLogger(TermServices.class);

    private final MasterConfig config;
    private final MasterAddresses addresses;
    private final ObjectStore objects;
    private final ResourceRegistry registry;
    private final Aggregator aggregator;
    private final ServersOfOthers others;
    private final ResourceHandler resources;
    private final Authorizer authorizer;
    private final Audit audit;
    private final List<BundledPlugin> bundledPlugins;
    private final InstantSource clock;

    TermServices(
            MasterConfig config,
            MasterAddresses addresses,
            ObjectStore objects,
            ResourceRegistry registry,
            Aggregator aggregator,
            AggregatedDiscovery discovery,
            ResourceHandler resources,
            Authorizer authorizer,
            Audit audit,
            List<BundledPlugin> bundledPlugins,
            InstantSource clock) {
        this.config = config;
        this.addresses = addresses;
        this.objects = objects;
        this.registry = registry;
        this.aggregator = aggregator;
        this.others = new ServersOfOthers(discovery, aggregator);
        this.resources = resources;
        this.authorizer = authorizer;
        this.audit = audit;
        this.bundledPlugins = List.copyOf(bundledPlugins);
        this.clock = clock;
    }

    @Override
    public LeaderServices.Running start(long term) throws IOException {
        Parts parts = new Parts(OptionalLong.of(term));
        try {
            bootstrap(parts);
            startFlowKeeper(parts);
            startApiServices(parts);
            startControllers(parts);
            startQuotaStatus(parts);
            startPolicyStatus(parts);
            startScheduler(parts);
            return parts;
        } catch (IOException | RuntimeException | LinkageError e) {
            parts.close();
            throw e;
        }
    }

    private void bootstrap(Parts parts) throws IOException {
        List<Bootstrap.Master> masters = addresses.now();
        new Bootstrap(
                        parts.client("bootstrap", List.of(Identity.MASTERS)),
                        config.network().apiAddress(),
                        config.network().serviceRange(),
                        masters,
                        bootstrapToken())
                .run();
        MasterFollower follower =
                new MasterFollower(
                        addresses,
                        masters,
                        new MasterEndpoints(parts.client("bootstrap", List.of(Identity.MASTERS))));
        parts.add(follower);
        follower.start();
    }

    private void startFlowKeeper(Parts parts) {
        FlowKeeper keeper =
                new FlowKeeper(
                        objects, parts.client("bootstrap", List.of(Identity.MASTERS)), clock);
        parts.add(keeper);
        keeper.start();
    }

    private void startApiServices(Parts parts) throws IOException {
        ApiClient client = parts.client("bootstrap", List.of(Identity.MASTERS));
        new PublishedTrust(config.pkiDir()).publish(client);
        ApiServiceStatus status =
                new ApiServiceStatus(objects, registry, aggregator, client, clock);
        parts.add(status);
        status.start();
    }

    private void startControllers(Parts parts) throws IOException {
        ControllerManager controllers =
                new ControllerManager(
                        parts.client("system:kube-controller-manager", List.of()),
                        new ControllerManager.Config(
                                Files.readString(config.pkiDir().resolve("ca.crt")),
                                config.pkiDir(),
                                config.network().podRange()),
                        clock);
        parts.add(controllers);
        controllers.start();
    }

    private void startPolicyStatus(Parts parts) {
        PolicyStatus status =
                new PolicyStatus(
                        objects,
                        registry,
                        parts.client("system:kube-controller-manager", List.of()));
        parts.add(status);
        status.start();
    }

    private void startQuotaStatus(Parts parts) {
        QuotaStatus status =
                new QuotaStatus(objects, parts.client("system:kube-controller-manager", List.of()));
        parts.add(status);
        status.start();
    }

    private void startScheduler(Parts parts) {
        SchedulerService scheduler =
                new SchedulerService(
                        parts.client("system:kube-scheduler", List.of()),
                        new PluginHostConfig(
                                PluginContext.Component.SCHEDULER,
                                config.name(),
                                Map::of,
                                config.dataDir(),
                                bundledPlugins),
                        clock,
                        RandomGenerator.getDefault());
        parts.add(scheduler);
        scheduler.start();
    }

    private Optional<String> bootstrapToken() throws IOException {
        Path file = config.pkiDir().resolve("bootstrap-token");
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    /** What one term has started; closed in reverse order. Confined to one thread. */
    private final class Parts implements LeaderServices.Running {

        private final OptionalLong fence;
        private final List<AutoCloseable> started = new ArrayList<>();

        Parts(OptionalLong fence) {
            this.fence = fence;
        }

        void add(AutoCloseable part) {
            started.add(part);
        }

        ApiClient client(String user, List<String> groups) {
            InProcessTransport transport =
                    new InProcessTransport(
                            resources,
                            others,
                            authorizer,
                            Identity.known(user, "", groups),
                            fence,
                            audit);
            add(transport);
            return new ApiClient(transport);
        }

        @Override
        public void close() {
            for (AutoCloseable part : started.reversed()) {
                try {
                    part.close();
                } catch (Exception e) {
                    LOG.error("a leader service did not stop", e);
                }
            }
            started.clear();
        }
    }
}
