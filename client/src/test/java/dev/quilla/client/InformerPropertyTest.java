package dev.quilla.client;

import static dev.quilla.client.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.fake.FakeApi;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class InformerPropertyTest {

    private static final Index<Pod> BY_NODE =
            new Index<>("node", pod -> List.of(pod.spec().nodeName()));

    /** What listeners were told, checked as they are told. */
    private static final class Follower implements Consumer<Change<Pod>> {
        private final Map<ObjectKey, Pod> told = new ConcurrentHashMap<>();
        private volatile String wrong = "";

        @Override
        public void accept(Change<Pod> change) {
            ObjectKey key = change.object().key();
            switch (change) {
                case Change.Added<Pod>(Pod pod) ->
                        expect(told.put(key, pod) == null, "added twice: " + key);
                case Change.Updated<Pod>(Pod before, Pod now) -> {
                    expect(before.equals(told.put(key, now)), "updated from another: " + key);
                    expect(revision(before) < revision(now), "went back in time: " + key);
                }
                case Change.Deleted<Pod> ignored ->
                        expect(told.remove(key) != null, "deleted but unknown: " + key);
            }
        }

        private void expect(boolean so, String otherwise) {
            if (!so) {
                wrong = otherwise;
            }
        }

        private static long revision(Pod pod) {
            return Long.parseLong(pod.resourceVersion());
        }
    }

    @Property(tries = 60)
    void theCacheEndsEqualToTheServer(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 99) Integer> steps)
            throws Exception {
        FakeApi api = new FakeApi();
        ResourceClient<Pod> pods = new ApiClient(api).resource(Resources.PODS);
        try (Informers informers =
                new Informers(new ApiClient(api), d -> Thread.onSpinWait(), new Random(7))) {
            Informer<Pod> informer = informers.of(Resources.PODS);
            informer.addIndex(BY_NODE);
            Follower early = new Follower();
            Follower late = new Follower();
            informer.onChange(early);
            informers.start();
            for (int i = 0; i < steps.size(); i++) {
                step(api, pods, steps.get(i));
                if (i == steps.size() / 2) {
                    informer.onChange(late);
                }
            }
            api.failNext(0);
            Pod last = pods.create(InformerTest.pod("z", "last", "n0"));
            eventually("all is seen", () -> informer.get(last.key()).isPresent());
            eventually("all is told", () -> early.told.containsKey(last.key()));
            Set<Struct> server = new HashSet<>(api.objects("/api/v1/pods"));
            assertEquals(server, structs(informer.all()));
            assertEquals(server, structs(early.told.values().stream()));
            assertEquals(
                    server.stream().filter(s -> s.text("spec", "nodeName").equals("n1")).count(),
                    informer.byIndex(BY_NODE, "n1").count());
            assertEquals("", early.wrong);
            assertEquals("", late.wrong);
            assertTrue(informer.awaitSynced(Duration.ZERO));
        }
    }

    private static Set<Struct> structs(java.util.stream.Stream<Pod> pods) {
        return pods.map(Pod::struct).collect(java.util.stream.Collectors.toSet());
    }

    private static void step(FakeApi api, ResourceClient<Pod> pods, int step) {
        ObjectKey key = new ObjectKey("ns" + step % 2, "pod" + step % 5);
        api.failNext(0);
        if (step < 55) {
            Pod wanted = InformerTest.pod(key.namespace(), key.name(), "n" + step % 3);
            if (pods.find(key).isPresent()) {
                pods.update(wanted.toBuilder().metadata(pods.get(key).metadata()).build());
            } else {
                pods.create(wanted);
            }
        } else if (step < 80) {
            pods.find(key).ifPresent(pod -> pods.delete(key));
        } else if (step < 88) {
            api.breakWatches();
        } else if (step < 94) {
            api.breakWatches();
            api.compact();
        } else {
            api.breakWatches();
            api.failNext(2);
        }
    }
}
