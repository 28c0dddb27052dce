package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.plugin.ClusterEvent;
import dev.quilla.plugin.NodeView;
import dev.quilla.plugin.PodView;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.Verdict;
import dev.quilla.scheduler.Profile.Trust;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CycleRunnerTest {

    private static final PodInfo POD =
            PodInfo.of(Pod.builder().metadata(m -> m.namespace("default").name("p")).build());
    private static final ClusterSnapshot CLUSTER =
            new ClusterSnapshot(
                    NodeTable.of(List.of(node("a"), node("b"))), Map.of(), List.of(), List.of());

    private final CountDownLatch never = new CountDownLatch(1);
    private final CycleRunner runner = new CycleRunner(new Random(1), Duration.ofMillis(200));

    @AfterEach
    void close() {
        never.countDown();
        runner.close();
    }

    private static NodeInfo node(String name) {
        return NodeInfo.of(Node.builder().metadata(m -> m.name(name)).build(), List.of());
    }

    private record Filter(String name, Function<String, Verdict> rule) implements SchedulingPolicy {

        @Override
        public Verdict filter(PodView pod, NodeView node) {
            return rule.apply(node.name());
        }
    }

    private static Profile.Weighted policy(
            String name, Trust trust, Function<String, Verdict> rule) {
        return new Profile.Weighted(name, "plugin-" + name, new Filter(name, rule), 1, trust);
    }

    private static Profile.Weighted onlyOn(String node) {
        return policy(
                "only-on",
                Trust.BUILT_IN,
                n -> n.equals(node) ? Verdict.accept() : Verdict.reject("not " + node));
    }

    private static Verdict fail() {
        throw new IllegalStateException("no map");
    }

    private Verdict hang() {
        boolean interrupted = false;
        while (true) {
            try {
                never.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // as a policy does that doesn't care
            }
        }
        return interrupted ? Verdict.accept() : Verdict.reject("never");
    }

    private static Profile profile(Profile.Weighted... policies) {
        return new Profile("test", List.of(policies), List.of());
    }

    @Test
    void goesOnWithoutAPolicyThatJoinedAndThrows() throws Exception {
        var outcome =
                runner.run(
                        CLUSTER,
                        POD,
                        profile(onlyOn("b"), policy("bad", Trust.JOINED, n -> fail())));
        assertEquals(new Decision.Bind("b"), outcome.decision());
        assertEquals(
                List.of(
                        "policy bad of plugin plugin-bad failed:"
                                + " java.lang.IllegalStateException: no map"),
                outcome.failures().stream().map(Throwable::getMessage).toList());
        assertTrue(outcome.failures().getFirst().usable());
    }

    @Test
    void aPolicyThatTheProfileNamesMustAnswer() throws Exception {
        var outcome = runner.run(CLUSTER, POD, profile(policy("bad", Trust.NAMED, n -> fail())));
        Decision.Failed failed = assertInstanceOf(Decision.Failed.class, outcome.decision());
        assertTrue(failed.message().startsWith("policy bad of plugin plugin-bad failed"));
    }

    @Test
    void setsAsideAPolicyThatNeverAnswersAndAsksItNoMore() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Profile.Weighted stuck =
                policy(
                        "stuck",
                        Trust.JOINED,
                        n -> {
                            asked.incrementAndGet();
                            return hang();
                        });
        for (int i = 0; i < 2; i++) {
            var outcome = runner.run(CLUSTER, POD, profile(onlyOn("a"), stuck));
            assertEquals(new Decision.Bind("a"), outcome.decision());
            assertEquals(false, outcome.failures().getFirst().usable());
        }
        assertEquals(1, asked.get());
        runner.keepOnly(List.of());
        runner.run(CLUSTER, POD, profile(onlyOn("a"), stuck));
        assertEquals(2, asked.get(), "asked again once its plugin changed");
    }

    @Test
    void waitsForAPolicyThatNoPluginBrings() throws Exception {
        Profile profile = new Profile("gpu", List.of(), List.of("near-data"));
        assertEquals(
                new Decision.Failed(
                        "no loaded plugin brings what SchedulerProfile gpu asks for: near-data"),
                runner.run(CLUSTER, POD, profile).decision());
    }

    @Test
    void assumesThatAnEventHelpsWhereAPolicyDoesNotSay() {
        SchedulingPolicy silent =
                new SchedulingPolicy() {
                    @Override
                    public String name() {
                        return "silent";
                    }

                    @Override
                    public boolean mayHelp(ClusterEvent event, PodView rejected) {
                        hang();
                        return false;
                    }
                };
        var weighted = new Profile.Weighted("silent", "p", silent, 1, Trust.JOINED);
        assertTrue(runner.mayHelp(weighted, ClusterEvent.POD_GONE, POD));
    }
}
