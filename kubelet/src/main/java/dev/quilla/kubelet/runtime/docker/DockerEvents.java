package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import dev.quilla.kubelet.runtime.RuntimeEvent;
import dev.quilla.kubelet.runtime.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the daemon's events for this node on a thread of its own, through losses of the
 * connection. After each new connection everybody is told to look again.
 */
final class DockerEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DockerEvents.class);
    private static final long RECONNECT_MILLIS = 500;

    private final DockerClient docker;
    private final DockerLabels labels;
    private final List<Consumer<RuntimeEvent>> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    DockerEvents(DockerClient docker, DockerLabels labels) {
        this.docker = docker;
        this.labels = labels;
        this.thread = Thread.ofVirtual().name("docker events").unstarted(this::follow);
    }

    void start() {
        thread.start();
    }

    Subscription listen(Consumer<RuntimeEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            // So that the stream is let go before the client under it is.
            if (!thread.join(Duration.ofMillis(RECONNECT_MILLIS))) {
                LOG.debug("the stream of events is still ending");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        boolean first = true;
        while (closed.getCount() > 0) {
            try (Following following = new Following()) {
                docker.eventsCmd()
                        .withEventTypeFilter("container")
                        .withEventFilter("start", "die", "destroy")
                        .withLabelFilter(
                                labels.owner().entrySet().stream()
                                        .map(e -> e.getKey() + "=" + e.getValue())
                                        .toArray(String[]::new))
                        .exec(following);
                if (!first) {
                    tell(new RuntimeEvent.Resync());
                }
                first = false;
                following.awaitCompletion();
                LOG.warn("the Docker daemon ended its stream of events");
            } catch (InterruptedException _) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.warn("the Docker daemon's events are lost: {}", e.getMessage());
            }
            try {
                if (closed.await(RECONNECT_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void tell(RuntimeEvent event) {
        listeners.forEach(l -> l.accept(event));
    }

    /** One connection's events. */
    private final class Following
            extends com.github.dockerjava.api.async.ResultCallbackTemplate<Following, Event>
            implements ResultCallback<Event> {

        @Override
        public void onNext(Event event) {
            if (event.getActor() != null && event.getActor().getAttributes() != null) {
                Map<String, String> attributes = event.getActor().getAttributes();
                tell(new RuntimeEvent.PodChanged(DockerLabels.pod(attributes)));
            }
        }
    }
}
