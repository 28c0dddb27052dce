package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.flow.SeatShares.Demand;
import dev.quilla.apiserver.flow.SeatShares.Range;
import dev.quilla.apiserver.registry.Derived;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiException;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import dev.quilla.store.View;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets requests of clients run, wait or be refused, as flow schemas and priority levels say. The
 * services of the leader call past it, so no client can keep them from their work; nodes have
 * levels of their own.
 *
 * <p>Thread-safe. One thread, {@code flow-control}, looks four times a second at what is
 * configured, and at what is asked of each level, and moves seats between them accordingly.
 */
public final class FlowControl implements AutoCloseable {

    /** What Kubernetes' API server allows: 400 reads and 200 writes at once. */
    public static final int SEATS_USUAL = 600;

    private static final String GROUP = "flowcontrol.apiserver.k8s.io";

    /** How often seats move to where they are asked for: demand changes all the time. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private final int seats;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final WorkEstimate estimate;
    private final ApiResource schemas = type(Resources.FLOW_SCHEMAS);
    private final ApiResource levels = type(Resources.PRIORITY_LEVEL_CONFIGURATIONS);
    private final ObjectStore objects;
    private final Derived<FlowConfig> configured;
    private final Thread thread = Thread.ofVirtual().name("flow-control").unstarted(this::run);
    private FlowConfig current;
    private volatile FlowTable table;

    /**
     * Reads its configuration there.
     *
     * @param seats how much may run at once
     * @param clock tells the time that is shown
     * @param nanos a clock that only goes forward, in nanoseconds
     */
    public FlowControl(ObjectStore objects, int seats, InstantSource clock, LongSupplier nanos) {
        this.objects = objects;
        this.seats = seats;
        this.clock = clock;
        this.nanos = nanos;
        this.estimate = new WorkEstimate(objects);
        this.configured = new Derived<>(objects, Keys.group(GROUP), this::read);
        this.current = configured.get();
        this.table = FlowTable.NONE.next(current, seats, nanos);
    }

    private FlowConfig read(View view) {
        List<Struct> stored = objects.list(view, schemas, "");
        List<Struct> storedLevels = objects.list(view, levels, "");
        return new FlowConfig(
                        stored.stream().map(FlowSchema::new).toList(),
                        storedLevels.stream().map(PriorityLevelConfiguration::new).toList())
                .completedBy(FlowDefaults.mandatory());
    }

    private static ApiResource type(ResourceType<?> type) {
        return Schema.builtin().find(type.gvr()).orElseThrow();
    }

    /** Starts to follow configuration and demand. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes over what is configured now, and moves seats to where they are asked for. */
    void look() {
        FlowConfig wanted = configured.get();
        FlowTable now = table;
        if (!wanted.equals(current)) {
            now = now.next(wanted, seats, nanos);
            current = wanted;
            table = now;
        }
        Map<String, Range> ranges = new LinkedHashMap<>();
        Map<String, Demand> demands = new LinkedHashMap<>();
        for (PriorityLevel level : now.levels().values()) {
            ranges.put(level.name(), level.range());
            demands.put(level.name(), level.demand());
        }
        Map<String, Integer> limits = SeatShares.limits(ranges, demands, seats);
        for (PriorityLevel level : now.levels().values()) {
            level.setLimit(limits.getOrDefault(level.name(), level.limit()));
        }
    }

    /** Which requests a request is treated with. */
    public Flow classify(Identity who, RequestInfo what) {
        return table.classify(who, what);
    }

    /**
     * Waits until a request of a flow may run.
     *
     * @param query its parameters, which say how much it lists
     * @param onGone given what is to be done if the client goes away meanwhile
     * @return to be closed when it has run
     * @throws ApiException 429 if there is too much to do
     */
    public Seat admit(
            Flow flow,
            Identity who,
            RequestInfo what,
            Map<String, List<String>> query,
            Consumer<Runnable> onGone) {
        PriorityLevel level = flow.level();
        int width = level.settings().exempt() ? 0 : estimate.seats(what, query);
        return level.take(new Asked(flow, who.user(), what, nanos.getAsLong()), width, onGone);
    }

    /** Figures, as Prometheus reads them. */
    public String metrics() {
        return FlowReport.metrics(table);
    }

    /** A table of the levels, for people. */
    public String levels() {
        return FlowDump.levels(table);
    }

    /** A table of the queues, for people. */
    public String queues() {
        return FlowDump.queues(table);
    }

    /**
     * A table of the requests that run or wait, for people.
     *
     * @param details whether to say what they ask for, and who asks
     */
    public String requests(boolean details) {
        FlowDump.Now now = new FlowDump.Now(clock.instant(), nanos.getAsLong());
        return FlowDump.requests(table, now, details);
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
