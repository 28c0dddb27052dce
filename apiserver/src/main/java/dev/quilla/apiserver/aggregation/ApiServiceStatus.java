package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.verbs.Concurrently;
import dev.quilla.client.ApiClient;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.apiregistration.v1.APIServiceCondition;
import dev.quilla.store.CompactedException;
import dev.quilla.store.StoreException;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the list of what is served, here and elsewhere, and whether it can be used: the other
 * servers are asked again and again, and at once when the list changes. One thread; runs on the
 * leader.
 */
public final class ApiServiceStatus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServiceStatus.class);

    private static final Duration ASKED_EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int AT_ONCE_MAX = 16;
    private static final String AVAILABLE = "Available";

    private final ObjectStore objects;
    private final Aggregator aggregator;
    private final LocalApiServices local;
    private final ApiClient client;
    private final InstantSource clock;
    private final Thread thread = Thread.ofVirtual().name("api-services").unstarted(this::run);

    /** Writes through a client. */
    public ApiServiceStatus(
            ObjectStore objects,
            ResourceRegistry registry,
            Aggregator aggregator,
            ApiClient client,
            InstantSource clock) {
        this.objects = objects;
        this.aggregator = aggregator;
        this.local = new LocalApiServices(registry, aggregator.services(), client);
        this.client = client;
        this.clock = clock;
    }

    /** Starts. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                follow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws InterruptedException {
        try (Watch watch =
                objects.store()
                        .watch(
                                Keys.objects(Resources.API_SERVICES.gvr().groupResource(), ""),
                                objects.local().revision())) {
            while (!Thread.currentThread().isInterrupted()) {
                sync();
                watch.next(ASKED_EVERY);
            }
        } catch (CompactedException e) {
            LOG.debug("the history of API services is no longer kept: watching anew");
        }
    }

    /** What does not succeed is done at the next look. */
    void sync() throws InterruptedException {
        try {
            local.sync();
            Concurrently.forEach(
                    aggregator.services().all().stream().filter(ApiServices::isRemote).toList(),
                    AT_ONCE_MAX,
                    this::check);
        } catch (ApiException | StoreException | TransportException e) {
            LOG.debug("API services are looked at again later: {}", e.getMessage());
            TimeUnit.NANOSECONDS.sleep(ASKED_EVERY.toNanos() / 10);
        }
    }

    private void check(APIService service) {
        APIServiceCondition now = asked(service);
        Optional<APIServiceCondition> before =
                service.status().conditions().stream()
                        .filter(c -> c.type().equals(AVAILABLE))
                        .findFirst();
        if (before.isPresent() && same(before.get(), now)) {
            return;
        }
        Instant since =
                before.filter(b -> b.status().equals(now.status()))
                        .flatMap(APIServiceCondition::lastTransitionTime)
                        .orElseGet(clock::instant);
        APIService told =
                service.toBuilder()
                        .status(s ->
                                s.conditions(
                                        List.of(now.toBuilder().lastTransitionTime(since).build())))
                        .build();
        try {
            client.resource(Resources.API_SERVICES).updateStatus(told);
            LOG.info("{} is available: {} ({})", service.name(), now.status(), now.message());
        } catch (ApiException e) {
            if (!e.isConflict() && !e.isNotFound()) {
                throw e;
            }
            LOG.debug("{} has changed meanwhile", service.name());
        }
    }

    private static boolean same(APIServiceCondition a, APIServiceCondition b) {
        return a.status().equals(b.status())
                && a.reason().equals(b.reason())
                && a.message().equals(b.message());
    }

    private APIServiceCondition asked(APIService service) {
        APIServiceCondition.Builder condition = APIServiceCondition.builder().type(AVAILABLE);
        String version = service.spec().group() + "/" + service.spec().version();
        try {
            aggregator.ask(service, "/apis/" + version, PATIENCE);
            return condition.status("True").reason("Passed").message("all checks passed").build();
        } catch (OutboundException e) {
            return condition.status("False").reason(e.reason()).message(e.getMessage()).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return condition.status("Unknown").reason("Stopping").build();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
