package dev.quilla.apiserver.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.flow.LevelSettings.Queuing;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FairQueuesTest {

    @Property
    void dealsDifferentQueuesInOrder(
            @ForAll long flow,
            @ForAll @IntRange(min = 1, max = 200) int queues,
            @ForAll @IntRange(min = 1, max = 12) int size) {
        int[] hand = FairQueues.hand(flow, queues, size);

        assertEquals(Math.min(size, queues), hand.length);
        Set<Integer> seen = new HashSet<>();
        for (int queue : hand) {
            assertTrue(queue >= 0 && queue < queues && seen.add(queue), Arrays.toString(hand));
        }
    }

    @Test
    void dealsAllQueuesEquallyOften() {
        int[] dealt = new int[16];
        Random random = new Random(3);
        for (int i = 0; i < 16_000; i++) {
            for (int queue : FairQueues.hand(random.nextLong(), 16, 4)) {
                dealt[queue]++;
            }
        }

        for (int times : dealt) {
            assertEquals(4_000, times, 400);
        }
    }

    @Test
    void refusesWhatDoesNotFitIntoAnyQueueOfTheFlow() {
        FairQueues queues = new FairQueues(new Queuing(8, 2, 3));

        for (int i = 0; i < 6; i++) {
            assertTrue(queues.add(asked(5), 1).isPresent());
        }

        assertEquals(Optional.empty(), queues.add(asked(5), 1));
        assertEquals(6, queues.waiting());
    }

    /** A flow that waits with thousands delays one that asks now and then by a request each. */
    @Test
    void servesAPoliteFlowAmongTheFirst() {
        FairQueues queues = new FairQueues(new Queuing(64, 1, 1_000));
        for (int i = 0; i < 500; i++) {
            queues.add(asked(1), 1);
        }
        for (int i = 0; i < 50; i++) {
            serve(queues);
        }

        Waiter polite = queues.add(asked(2), 1).orElseThrow();

        assertTrue(List.of(serve(queues), serve(queues)).contains(polite));
    }

    @Test
    void countsWhatRequestsTookAgainstTheirQueue() {
        FairQueues queues = new FairQueues(new Queuing(64, 1, 1_000));
        for (int i = 0; i < 50; i++) {
            queues.add(asked(1), 1);
            queues.add(asked(2), 1);
        }
        int slow = FairQueues.hand(asked(1).flow().hash(), 64, 1)[0];
        int served = 0;
        for (int i = 0; i < 40; i++) {
            Waiter waiter = serve(queues);
            boolean ofSlow = waiter.queue() == slow;
            served += ofSlow ? 1 : 0;
            queues.done(waiter, ofSlow ? 9_000_000 : 3_000_000);
        }

        // Three times as long, so a third as often.
        assertEquals(10, served, 1);
    }

    private static Asked asked(int user) {
        FlowRule rule =
                FlowRule.of(FlowDefaults.schema("global-default").orElseThrow(), new FlowFigures());
        PriorityLevel level =
                new PriorityLevel(
                        "test",
                        "uid",
                        new LevelSettings(false, 1, 0, OptionalInt.empty(), Optional.empty()),
                        () -> 0);
        String name = "user-" + user;
        return new Asked(
                new Flow(rule, level, name), name, RequestInfo.parse("GET", "/x", false), 0);
    }

    private static Waiter serve(FairQueues queues) {
        Waiter first = queues.first().orElseThrow();
        queues.seated(first);
        return first;
    }
}
