package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.client.ResourceClient;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.flowcontrol.v1.FlowSchema;
import dev.quilla.model.flowcontrol.v1.PriorityLevelConfiguration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FlowKeeperTest {

    private static final ObjectKey PROBES = ObjectKey.cluster("probes");
    private static final ObjectKey SYSTEM = ObjectKey.cluster("system");

    private final TestApi api = new TestApi();
    private final ApiClient client = api.client();
    private final ResourceClient<FlowSchema> schemas = client.resource(Resources.FLOW_SCHEMAS);
    private final ResourceClient<PriorityLevelConfiguration> levels =
            client.resource(Resources.PRIORITY_LEVEL_CONFIGURATIONS);
    private final FlowKeeper keeper = new FlowKeeper(api.objects(), client, InstantSource.system());

    @BeforeEach
    void start() {
        keeper.start();
    }

    @AfterEach
    void stop() {
        keeper.close();
    }

    @Test
    void makesWhatEveryClusterHas() {
        assertEquals(13, schemas.list(ListOptions.ALL).items().size());
        assertEquals(8, levels.list(ListOptions.ALL).items().size());
    }

    @Test
    void makesAgainWhatIsDeleted() {
        schemas.delete(PROBES);

        await(() -> schemas.find(PROBES).isPresent());
    }

    @Test
    void putsBackWhatIsChanged() {
        PriorityLevelConfiguration changed = withShares(levels.get(SYSTEM), 1);
        levels.update(changed);

        await(() -> shares() == 30);
    }

    @Test
    void leavesAloneWhatIsAnnotatedSo() {
        PriorityLevelConfiguration own =
                withShares(levels.get(SYSTEM), 7).toBuilder()
                        .metadata(m ->
                                m.annotations(Map.of("apf.kubernetes.io/autoupdate-spec", "false")))
                        .build();
        levels.update(own);
        // What follows is done after the level was looked at.
        schemas.delete(PROBES);
        await(() -> schemas.find(PROBES).isPresent());

        assertEquals(7, shares());
    }

    @Test
    void saysOfASchemaThatItsLevelIsMissing() {
        FlowSchema lost =
                schemas.get(PROBES).toBuilder()
                        .metadata(m ->
                                m.clearResourceVersion().clearUid().clearAnnotations().name("lost"))
                        .spec(s -> s.priorityLevelConfiguration(l -> l.name("nowhere")))
                        .build();
        schemas.create(lost);

        await(() -> dangling("lost").equals("True"));
        assertEquals("False", dangling("probes"));
    }

    private String dangling(String name) {
        return schemas.get(ObjectKey.cluster(name)).status().conditions().stream()
                .filter(c -> c.type().equals("Dangling"))
                .map(c -> c.status())
                .findFirst()
                .orElse("");
    }

    private int shares() {
        return levels.get(SYSTEM).spec().limited().nominalConcurrencyShares();
    }

    private static PriorityLevelConfiguration withShares(
            PriorityLevelConfiguration level, int shares) {
        return level.toBuilder()
                .spec(s -> s.limited(l -> l.nominalConcurrencyShares(shares)))
                .build();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it never came true");
            LockSupport.parkNanos(1_000_000);
        }
    }
}
