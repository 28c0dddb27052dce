package dev.quilla.controller.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.ResourceClient;
import dev.quilla.client.Subscription;
import dev.quilla.controller.Controller;
import dev.quilla.controller.TestCluster;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Custom objects own and are owned like all others. */
@Timeout(60)
class CustomOwnersTest {

    private static final GroupVersion GROUP = new GroupVersion("harbour.example.com", "v1");
    private static final ResourceType<PartialObjectMetadata> BOATS =
            ResourceType.metadataOf(GROUP.resource("boats"), GROUP.kind("Boat"), true);
    private static final ObjectKey DEFINITION = ObjectKey.cluster("boats.harbour.example.com");

    private record Task(Controller controller, ObjectKey key) {}

    private final TestCluster cluster = new TestCluster();
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Subscription collecting =
            start(new GarbageCollector(cluster.client, cluster.informers));
    private final Subscription defining =
            start(new CustomKindController(cluster.client, cluster.informers, cluster.clock));

    private Subscription start(Controller controller) {
        return controller.triggers().getLast().start(key -> tasks.add(new Task(controller, key)));
    }

    @AfterEach
    void close() {
        collecting.close();
        defining.close();
        cluster.close();
    }

    /** Lets both controllers work until something is so. */
    private void until(BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!reached.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "in time");
            Task task = tasks.poll(20, TimeUnit.MILLISECONDS);
            if (task != null) {
                work(task);
            }
        }
    }

    private void work(Task task) {
        try {
            if (task.controller().reconcile(task.key()) instanceof Controller.Outcome.After) {
                tasks.add(task);
            }
        } catch (ApiException e) {
            // As the loop does: it is tried again.
            tasks.add(task);
        }
    }

    private ResourceClient<PartialObjectMetadata> boats() {
        return cluster.client.resource(BOATS);
    }

    private boolean isThere(String map) {
        return cluster.find(Resources.CONFIG_MAPS, map).isPresent();
    }

    private void define() throws InterruptedException {
        cluster.create(
                Resources.CUSTOM_RESOURCE_DEFINITIONS,
                """
                metadata: {name: boats.harbour.example.com}
                spec:
                  group: harbour.example.com
                  scope: Namespaced
                  names: {plural: boats, singular: boat, kind: Boat}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """);
        until(() -> isServed());
    }

    private boolean isServed() {
        try {
            boats().find(new ObjectKey("default", "none"));
            return cluster
                    .client
                    .resource(Resources.CUSTOM_RESOURCE_DEFINITIONS)
                    .get(DEFINITION)
                    .status()
                    .conditions()
                    .stream()
                    .anyMatch(c -> c.type().equals("Established") && c.status().equals("True"));
        } catch (ApiException e) {
            return false;
        }
    }

    private PartialObjectMetadata boat(String name, String... more) {
        return cluster.create(
                BOATS,
                "apiVersion: harbour.example.com/v1\nkind: Boat\nmetadata: {name: %s%s}"
                        .formatted(name, String.join("", more)));
    }

    private static String owned(String version, String kind, String name, String uid) {
        return ", ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: %s}]"
                .formatted(version, kind, name, uid);
    }

    private String map(String name, String owners) {
        return cluster.create(
                        Resources.CONFIG_MAPS, "metadata: {name: %s%s}".formatted(name, owners))
                .uid();
    }

    @Test
    void whatACustomObjectOwnsGoesWithIt() throws InterruptedException {
        define();
        PartialObjectMetadata boat = boat("titanic");
        map("cargo", owned("harbour.example.com/v1", "Boat", "titanic", boat.uid()));
        map("other", "");
        boats().delete(boat.key());
        until(() -> !isThere("cargo"));
        assertTrue(isThere("other"));
    }

    @Test
    void whatHasAnOwnerBeforeItsKindIsKnownIsLookedAtAgain() throws InterruptedException {
        map("early", owned("harbour.example.com/v1", "Boat", "ghost", "no-such-uid"));
        until(tasks::isEmpty);
        assertTrue(isThere("early"));
        define();
        until(() -> !isThere("early"));
    }

    @Test
    void aCustomObjectGoesWithItsOwner() throws InterruptedException {
        define();
        String uid = map("owner", "");
        PartialObjectMetadata boat = boat("dinghy", owned("v1", "ConfigMap", "owner", uid));
        cluster.client
                .resource(Resources.CONFIG_MAPS)
                .delete(
                        new ObjectKey("default", "owner"),
                        DeleteOptions.builder().propagationPolicy("Foreground").build());
        until(() -> boats().find(boat.key()).isEmpty() && !isThere("owner"));
    }

    @Test
    void whatAKindsObjectsOwnedGoesWithTheKind() throws InterruptedException {
        define();
        PartialObjectMetadata boat = boat("ark");
        map("animals", owned("harbour.example.com/v1", "Boat", "ark", boat.uid()));
        cluster.client.resource(Resources.CUSTOM_RESOURCE_DEFINITIONS).delete(DEFINITION);
        until(() -> !isThere("animals"));
        until(() ->
                cluster.client
                        .resource(Resources.CUSTOM_RESOURCE_DEFINITIONS)
                        .find(DEFINITION)
                        .isEmpty());
        define();
        assertEquals("ark", boat("ark").name());
    }
}
