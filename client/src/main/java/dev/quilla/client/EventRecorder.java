package dev.quilla.client;

import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.core.v1.ObjectReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes core/v1 Events about objects, as {@code kubectl describe} shows them. {@link #record}
 * never waits and never fails: events are written by one virtual thread, at most {@link
 * #WAITING_MAX} wait and more are dropped, as are those of an object that has too many. The same
 * event again raises the count of the first.
 */
public final class EventRecorder implements AutoCloseable {

    /** How many events may wait to be written. */
    public static final int WAITING_MAX = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int TRIES_MAX = 6;
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final BlockingQueue<Occurrence> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final EventWriter writer;
    private final EventLimit limit;
    private final InstantSource clock;
    private final Pause pause;
    private final Thread thread;

    /**
     * Starts a recorder.
     *
     * @param component who reports, such as {@code kubelet}
     * @param instance where it runs: the node's or master's name
     */
    public EventRecorder(ApiClient client, String component, String instance, InstantSource clock) {
        this(client, component, instance, clock, Pause.real());
    }

    /** Starts a recorder with its own sense of time. */
    public EventRecorder(
            ApiClient client, String component, String instance, InstantSource clock, Pause pause) {
        this.writer = new EventWriter(client, component, instance);
        this.limit = new EventLimit(clock);
        this.clock = clock;
        this.pause = pause;
        this.thread = Thread.ofVirtual().name("events-" + component).start(this::run);
    }

    /** Records that something happened to an object. */
    public void record(ApiObject object, EventType type, String reason, String message) {
        record(ObjectReferences.of(object), type, reason, message);
    }

    /** Records that something happened to an object, or to a part of it named by a field path. */
    public void record(ObjectReference object, EventType type, String reason, String message) {
        Occurrence occurrence = new Occurrence(object, type, reason, message, clock.instant());
        if (!limit.allows(object) || !waiting.offer(occurrence)) {
            dropped.incrementAndGet();
            LOG.debug("Dropped event {} of {}: {}", reason, object.name(), message);
        }
    }

    /** How many events were dropped: too many at once, or not written after several tries. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            while (true) {
                write(waiting.take());
            }
        } catch (InterruptedException e) {
            LOG.trace("The event recorder is closed");
        }
    }

    private void write(Occurrence occurrence) throws InterruptedException {
        for (int failures = 1; failures < TRIES_MAX; failures++) {
            try {
                writer.write(occurrence);
                return;
            } catch (ApiException e) {
                if (e.code() < 500 && e.code() != 429) {
                    drop(occurrence, e);
                    return;
                }
            } catch (TransportException e) {
                LOG.debug("Could not write an event yet: {}", e.getMessage());
            } catch (RuntimeException e) {
                drop(occurrence, e);
                return;
            }
            pause.pause(BACKOFF.after(failures));
        }
        dropped.incrementAndGet();
    }

    private void drop(Occurrence occurrence, RuntimeException why) {
        dropped.incrementAndGet();
        LOG.debug(
                "Event {} of {} was refused: {}",
                occurrence.reason(),
                occurrence.object().name(),
                why.getMessage());
    }

    /** Stops; what is not written yet is lost. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
