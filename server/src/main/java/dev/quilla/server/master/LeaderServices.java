package dev.quilla.server.master;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.bootstrap.Bootstrap;
import dev.quilla.apiserver.http.InProcessTransport;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.client.ApiClient;
import dev.quilla.controller.ControllerManager;
import dev.quilla.model.ApiException;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.host.BundledPlugin;
import dev.quilla.plugin.host.PluginHostConfig;
import dev.quilla.scheduler.SchedulerService;
import dev.quilla.server.config.MasterConfig;
import dev.quilla.store.Leadership;
import dev.quilla.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
 * Bootstrap, scheduler and controllers: started when this master leads, stopped when it no longer
 * does. Their writes carry the term, so that one who has not noticed yet can do no harm.
 */
final class LeaderServices implements Leadership.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderServices.class);

    private final MasterConfig config;
    private final Store store;
    private final ResourceHandler resources;
    private final Authorizer authorizer;
    private final List<BundledPlugin> bundledPlugins;
    private final InstantSource clock;
    private final List<AutoCloseable> running = new ArrayList<>();

    LeaderServices(
            MasterConfig config,
            Store store,
            ResourceHandler resources,
            Authorizer authorizer,
            List<BundledPlugin> bundledPlugins,
            InstantSource clock) {
        this.config = config;
        this.store = store;
        this.resources = resources;
        this.authorizer = authorizer;
        this.bundledPlugins = List.copyOf(bundledPlugins);
        this.clock = clock;
    }

    void start() {
        store.leadership().observe(this);
    }

    @Override
    public synchronized void leads(long term) {
        stop();
        LOG.info("leading in term {}", term);
        OptionalLong fence = OptionalLong.of(term);
        try {
            new Bootstrap(
                            client("bootstrap", List.of(Identity.MASTERS), fence),
                            config.network().apiAddress(),
                            config.members().stream()
                                    .map(m ->
                                            new Bootstrap.Master(
                                                    config.advertiseAddress(),
                                                    URI.create(m.apiUrl()).getPort()))
                                    .toList(),
                            bootstrapToken())
                    .run();
            ControllerManager controllers =
                    new ControllerManager(
                            client("system:kube-controller-manager", List.of(), fence),
                            new ControllerManager.Config(
                                    Files.readString(config.pkiDir().resolve("ca.crt")),
                                    config.pkiDir(),
                                    config.network().podRange()),
                            clock);
            running.add(controllers);
            controllers.start();
            SchedulerService scheduler =
                    new SchedulerService(
                            client("system:kube-scheduler", List.of(), fence),
                            new PluginHostConfig(
                                    PluginContext.Component.SCHEDULER,
                                    config.name(),
                                    Map::of,
                                    config.dataDir(),
                                    bundledPlugins),
                            clock,
                            RandomGenerator.getDefault());
            running.add(scheduler);
            scheduler.start();
        } catch (ApiException e) {
            // Leadership was lost meanwhile: whoever has it now starts its own.
            LOG.warn("leader services did not start: {}", e.getMessage());
            stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ApiClient client(String user, List<String> groups, OptionalLong fence) {
        InProcessTransport transport =
                new InProcessTransport(
                        resources, authorizer, Identity.known(user, "", groups), fence);
        running.add(transport);
        return new ApiClient(transport);
    }

    private Optional<String> bootstrapToken() throws IOException {
        Path file = config.pkiDir().resolve("bootstrap-token");
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    @Override
    public synchronized void follows() {
        LOG.info("no longer leading");
        stop();
    }

    private void stop() {
        for (AutoCloseable service : running.reversed()) {
            try {
                service.close();
            } catch (Exception e) {
                LOG.error("a leader service did not stop", e);
            }
        }
        running.clear();
    }

    @Override
    public synchronized void close() {
        stop();
    }
}
