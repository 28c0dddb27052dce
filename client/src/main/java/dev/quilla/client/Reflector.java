package dev.quilla.client;

import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.codec.DecodeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one resource: lists, then watches from there, and watches again from the last revision
 * seen whenever a watch ends. Lists again only where the API says that the revision is gone. Runs
 * on one thread, which {@link #close} ends.
 */
final class Reflector<T extends ApiObject> implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);
    private static final int PAGE_SIZE = 1000;
    private static final int WATCH_SECONDS_MIN = 300;
    private static final int GRACE_SECONDS = 30;
    private static final Duration POLL = Duration.ofSeconds(30);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(50), Duration.ofSeconds(10));

    private final ResourceClient<T> client;
    private final ListOptions options;
    private final Sink<T> sink;
    private final Pause pause;
    private final RandomGenerator random;

    private volatile boolean closed;
    private volatile @Nullable WatchStream watch;
    private String revision = "";
    private int failures;
    private @Nullable String lastProblem;

    /** Takes what the reflector learns; called by its thread only. */
    interface Sink<T> {
        void listed(List<T> objects, String revision) throws InterruptedException;

        void changed(T object, String revision) throws InterruptedException;

        void deleted(T last, String revision) throws InterruptedException;

        void reached(String revision);
    }

    Reflector(
            ResourceClient<T> client,
            ListOptions options,
            Sink<T> sink,
            Pause pause,
            RandomGenerator random) {
        this.client = client;
        this.options = options;
        this.sink = sink;
        this.pause = pause;
        this.random = random;
    }

    @Override
    public void run() {
        boolean list = true;
        try {
            while (!closed) {
                list = !step(list);
            }
        } catch (InterruptedException e) {
            LOG.trace("{} closed", Thread.currentThread().getName());
        }
    }

    /** Lists if asked to and watches until that ends; false when it must list next. */
    private boolean step(boolean list) throws InterruptedException {
        boolean listed = !list;
        try {
            if (list) {
                list();
                listed = true;
            }
            watch();
        } catch (ApiException e) {
            if (e.code() == 410) {
                LOG.info("{}: revision {} is gone, listing again", name(), revision);
                listed = false;
            }
            rest(e);
        } catch (WatchEndedException e) {
            LOG.debug("{}: {}", name(), e.getMessage());
            rest(null);
        } catch (TransportException | DecodeException | StaleListException e) {
            rest(e);
        } catch (RuntimeException e) {
            // A transport inside the master may throw what only a fault explains; a cache that
            // silently stands still would be worse.
            LOG.error("{}: unexpected failure", name(), e);
            rest(e);
        }
        return listed;
    }

    private void list() throws InterruptedException {
        List<T> objects = new ArrayList<>();
        Listing<T> page = client.list(options.withPage(PAGE_SIZE, ""));
        objects.addAll(page.items());
        while (!page.continueToken().isEmpty()) {
            page = client.list(options.withPage(PAGE_SIZE, page.continueToken()));
            objects.addAll(page.items());
        }
        if (ObjectCache.revision(page.resourceVersion()) < ObjectCache.revision(revision)) {
            throw new StaleListException(page.resourceVersion(), revision);
        }
        revision = page.resourceVersion();
        sink.listed(objects, revision);
        failures = 0;
        lastProblem = null;
    }

    private void watch() throws InterruptedException {
        int seconds = WATCH_SECONDS_MIN + random.nextInt(WATCH_SECONDS_MIN);
        try (WatchStream stream =
                client.watch(options.withResourceVersion(revision, ""), seconds)) {
            watch = stream;
            follow(stream, seconds + GRACE_SECONDS);
        } finally {
            watch = null;
        }
    }

    /** A server that is silent for longer than the watch may last is not there any more. */
    private void follow(WatchStream stream, int secondsMax) throws InterruptedException {
        long silent = 0;
        while (!closed) {
            Optional<WatchEvent> event = stream.next(POLL);
            if (event.isPresent()) {
                handle(event.get());
                silent = 0;
                failures = 0;
                lastProblem = null;
            } else {
                silent += POLL.toSeconds();
                if (silent > secondsMax) {
                    throw new WatchEndedException("the server fell silent");
                }
            }
        }
    }

    private void handle(WatchEvent event) throws InterruptedException {
        T object = client.type().view().apply(event.struct(client.type().definition()));
        String at = object.resourceVersion();
        if (ObjectCache.revision(at) > ObjectCache.revision(revision)) {
            revision = at;
        }
        switch (event.type()) {
            case ADDED, MODIFIED -> sink.changed(object, revision);
            case DELETED -> sink.deleted(object, revision);
            case BOOKMARK -> sink.reached(revision);
            case ERROR -> throw new WatchEndedException("the server reported an error");
        }
    }

    private void rest(@Nullable RuntimeException problem) throws InterruptedException {
        if (closed) {
            return;
        }
        if (problem != null && !String.valueOf(problem.getMessage()).equals(lastProblem)) {
            lastProblem = String.valueOf(problem.getMessage());
            LOG.warn("{}: {}; trying again", name(), lastProblem);
        }
        failures++;
        pause.pause(BACKOFF.after(failures, random));
    }

    private String name() {
        return client.type().gvr().toString();
    }

    @Override
    public void close() {
        closed = true;
        WatchStream stream = watch;
        if (stream != null) {
            stream.close();
        }
    }

    /** A server answered with an older state than one seen before. */
    private static final class StaleListException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StaleListException(String listed, String seen) {
            super("listed at revision " + listed + ", but have seen " + seen);
        }
    }
}
