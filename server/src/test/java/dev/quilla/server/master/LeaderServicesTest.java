package dev.quilla.server.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.Backoff;
import dev.quilla.store.Leadership;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LeaderServicesTest {

    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    private static final Backoff NEVER = new Backoff(Duration.ofDays(1), Duration.ofDays(1));

    private final BlockingQueue<String> story = new LinkedBlockingQueue<>();
    private LongConsumer onStart = term -> {};
    private LeaderServices services = following(SHORT);

    private LeaderServices following(Backoff backoff) {
        LeaderServices made = new LeaderServices(this::startTerm, backoff);
        made.start(new Silent());
        return made;
    }

    private LeaderServices.Running startTerm(long term) {
        story.add("start " + term);
        onStart.accept(term);
        return () -> story.add("stop " + term);
    }

    private String next() throws InterruptedException {
        String said = story.poll(10, TimeUnit.SECONDS);
        return said == null ? "nothing" : said;
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void startsWhenItLeadsAndStopsWhenItNoLongerDoes() throws Exception {
        services.leads(3);
        assertEquals("start 3", next());
        services.follows();
        assertEquals("stop 3", next());
        services.leads(5);
        assertEquals("start 5", next());
    }

    @Test
    void triesAgainAfterAnyFailureWhileItLeads() throws Exception {
        CountDownLatch failures = new CountDownLatch(3);
        onStart =
                term -> {
                    failures.countDown();
                    if (failures.getCount() == 2) {
                        throw new IllegalStateException("no policies yet");
                    } else if (failures.getCount() == 1) {
                        throw new NoClassDefFoundError("half a plugin");
                    }
                };
        services.leads(1);
        assertEquals("start 1", next());
        assertEquals("start 1", next());
        assertEquals("start 1", next());
        services.follows();
        assertEquals("stop 1", next());
    }

    @Test
    void doesNotTryAgainWhenItNoLongerLeads() throws Exception {
        services.close();
        services = following(NEVER);
        onStart =
                term -> {
                    if (term == 1) {
                        throw new IllegalStateException("no");
                    }
                };
        services.leads(1);
        assertEquals("start 1", next());
        services.follows();
        services.leads(2);
        assertEquals("start 2", next());
    }

    @Test
    void aTermThatEndsWhileItStartsIsStoppedBeforeTheNextOneStarts() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        onStart =
                term -> {
                    if (term == 1) {
                        await(ended);
                    }
                };
        services.leads(1);
        assertEquals("start 1", next());
        services.follows();
        services.leads(2);
        services.follows();
        services.leads(3);
        ended.countDown();
        assertEquals("stop 1", next());
        assertEquals("start 3", next());
    }

    @Test
    void aNewTermWithoutALossBetweenRestartsThem() throws Exception {
        services.leads(1);
        assertEquals("start 1", next());
        services.leads(2);
        assertEquals("stop 1", next());
        assertEquals("start 2", next());
    }

    @Test
    void closingStopsWhatRunsAndStartsNothingMore() throws Exception {
        services.leads(1);
        assertEquals("start 1", next());
        services.close();
        assertEquals("stop 1", story.poll());
        services.leads(2);
        services.close();
        assertTrue(story.isEmpty());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Leadership that the test tells itself. */
    private static final class Silent implements Leadership {

        @Override
        public OptionalLong term() {
            return OptionalLong.empty();
        }

        @Override
        public Optional<String> leader() {
            return Optional.empty();
        }

        @Override
        public AutoCloseable observe(Listener listener) {
            return () -> {};
        }
    }
}
