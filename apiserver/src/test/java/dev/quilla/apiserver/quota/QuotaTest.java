package dev.quilla.apiserver.quota;

import static dev.quilla.client.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceQuota;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuotaTest {

    private static final ObjectKey QUOTA = new ObjectKey("default", "quota");

    private final TestApi api = new TestApi();
    private final ApiClient client = api.client();

    @Test
    void manyAtOnceMakeExactlyAsManyAsThereMayBe() throws InterruptedException {
        limit(Map.of("pods", Quantity.of(10), "requests.cpu", Quantity.of(1)));
        Queue<String> refusals = new ConcurrentLinkedQueue<>();
        atOnce(64, i -> attempt(() -> createPod("pod-" + i), refusals));
        assertEquals(10, client.resource(Resources.PODS).list(ListOptions.ALL).items().size());
        assertEquals(54, refusals.size());
        refusals.forEach(r ->
                assertTrue(
                        r.endsWith(
                                "is forbidden: exceeded quota: quota, requested:"
                                        + " pods=1,requests.cpu=100m, used: pods=10,requests.cpu=1,"
                                        + " limited: pods=10,requests.cpu=1"),
                        r));
    }

    @Test
    void roomIsBackAsSoonAsSomethingIsGone() {
        limit(Map.of("pods", Quantity.of(1)));
        for (int i = 0; i < 5; i++) {
            createPod("pod-" + i);
            client.resource(Resources.PODS).delete(new ObjectKey("default", "pod-" + i));
        }
        assertEquals(Map.of("pods", "0"), used());
    }

    @Test
    void countsWhatIsThereWhenItIsMadeAmidWrites() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            createMap("old-" + i);
        }
        Queue<String> refusals = new ConcurrentLinkedQueue<>();
        atOnce(
                16,
                i -> {
                    if (i == 8) {
                        limit(Map.of("configmaps", Quantity.of(40)));
                    }
                    for (int j = 0; j < 10; j++) {
                        String name = "new-" + i + "-" + j;
                        attempt(() -> createMap(name), refusals);
                    }
                    attempt(
                            () ->
                                    client.resource(Resources.CONFIG_MAPS)
                                            .delete(new ObjectKey("default", "old-" + i)),
                            refusals);
                });
        int there = client.resource(Resources.CONFIG_MAPS).list(ListOptions.ALL).items().size();
        attempt(() -> createMap("last"), refusals);
        boolean fitted =
                client.resource(Resources.CONFIG_MAPS)
                        .find(new ObjectKey("default", "last"))
                        .isPresent();
        assertEquals(there < 40, fitted, () -> "there were " + there);
        assertEquals(Map.of("configmaps", Integer.toString(fitted ? there + 1 : there)), used());
    }

    @Test
    void countsAnewWhenItLimitsSomethingElse() {
        createMap("one");
        createPod("one");
        limit(Map.of("configmaps", Quantity.of(2)));
        createMap("two");
        ResourceQuota quota = client.resource(Resources.RESOURCE_QUOTAS).get(QUOTA);
        client.resource(Resources.RESOURCE_QUOTAS)
                .update(
                        quota.toBuilder()
                                .spec(s ->
                                        s.hard(
                                                Map.of(
                                                        "configmaps", Quantity.of(2),
                                                        "count/pods", Quantity.of(1))))
                                .build());
        Queue<String> refusals = new ConcurrentLinkedQueue<>();
        attempt(() -> createMap("three"), refusals);
        attempt(() -> createPod("two"), refusals);
        assertEquals(2, refusals.size());
        assertEquals(Map.of("configmaps", "2", "count/pods", "1"), used());
    }

    @Test
    void statusShowsWhatIsUsed() throws InterruptedException {
        createPod("before");
        try (QuotaStatus status = new QuotaStatus(api.objects(), client)) {
            status.start();
            limit(Map.of("pods", Quantity.of(10), "requests.cpu", Quantity.of(2)));
            awaitUsed(Map.of("pods", "1", "requests.cpu", "100m"));
            createPod("after");
            awaitUsed(Map.of("pods", "2", "requests.cpu", "200m"));
            client.resource(Resources.PODS).delete(new ObjectKey("default", "before"));
            awaitUsed(Map.of("pods", "1", "requests.cpu", "100m"));
        }
        createPod("unseen");
        try (QuotaStatus next = new QuotaStatus(api.objects(), client)) {
            next.start();
            awaitUsed(Map.of("pods", "2", "requests.cpu", "200m"));
        }
    }

    @Test
    void statusIsPutRightWhenOthersWriteIt() throws InterruptedException {
        try (QuotaStatus status = new QuotaStatus(api.objects(), client)) {
            status.start();
            limit(Map.of("pods", Quantity.of(10)));
            awaitUsed(Map.of("pods", "0"));
            ResourceQuota quota = client.resource(Resources.RESOURCE_QUOTAS).get(QUOTA);
            client.resource(Resources.RESOURCE_QUOTAS)
                    .updateStatus(
                            quota.toBuilder()
                                    .status(s ->
                                            s.hard(Map.of("pods", Quantity.of(20)))
                                                    .used(Map.of("pods", Quantity.of(7))))
                                    .build());
            eventually(
                    "the status is what the quota and its counter say",
                    () -> {
                        var now = client.resource(Resources.RESOURCE_QUOTAS).get(QUOTA).status();
                        return text(now.hard()).equals(Map.of("pods", "10"))
                                && text(now.used()).equals(Map.of("pods", "0"));
                    });
        }
    }

    private void awaitUsed(Map<String, String> used) throws InterruptedException {
        eventually(
                "the status shows " + used,
                () -> {
                    var status = client.resource(Resources.RESOURCE_QUOTAS).get(QUOTA).status();
                    return text(status.used()).equals(used)
                            && status.hard().keySet().equals(used.keySet());
                });
    }

    /** What the counter says; counts first where nobody has. */
    private Map<String, String> used() {
        var view = api.objects().newest();
        Quota quota = new Quota(client.resource(Resources.RESOURCE_QUOTAS).get(QUOTA));
        new QuotaCount(api.objects()).ensure(view, quota);
        return text(quota.used(QuotaCount.counted(api.objects().newest(), quota).orElseThrow()));
    }

    private static Map<String, String> text(Map<String, Quantity> amounts) {
        Map<String, String> texts = new java.util.TreeMap<>();
        amounts.forEach((name, amount) -> texts.put(name, amount.toString()));
        return texts;
    }

    private void limit(Map<String, Quantity> hard) {
        client.resource(Resources.RESOURCE_QUOTAS)
                .create(
                        ResourceQuota.builder()
                                .metadata(m -> m.namespace(QUOTA.namespace()).name(QUOTA.name()))
                                .spec(s -> s.hard(hard))
                                .build());
    }

    private void createPod(String name) {
        client.resource(Resources.PODS)
                .create(
                        Pod.builder()
                                .metadata(m -> m.namespace("default").name(name))
                                .spec(s ->
                                        s.automountServiceAccountToken(false)
                                                .containers(List.of(container())))
                                .build());
    }

    private static Container container() {
        return Container.builder()
                .name("main")
                .image("x")
                .resources(r -> r.requests(Map.of("cpu", Quantity.parse("100m"))))
                .build();
    }

    private void createMap(String name) {
        client.resource(Resources.CONFIG_MAPS)
                .create(
                        ConfigMap.builder()
                                .metadata(m -> m.namespace("default").name(name))
                                .build());
    }

    private static void attempt(Runnable action, Queue<String> refusals) {
        try {
            action.run();
        } catch (ApiException e) {
            refusals.add(e.getMessage());
        }
    }

    private static void atOnce(int threads, IntConsumer action) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            running.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    start.await();
                                    action.accept(number);
                                } catch (InterruptedException | RuntimeException e) {
                                    failures.add(e);
                                }
                            }));
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        assertEquals(List.of(), List.copyOf(failures));
    }
}
