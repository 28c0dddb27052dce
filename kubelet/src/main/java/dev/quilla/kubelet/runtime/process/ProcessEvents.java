package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.RuntimeEvent;
import dev.quilla.kubelet.runtime.Subscription;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows containers' directories: their ends, and how their logs grow, on a thread of its own. */
final class ProcessEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessEvents.class);

    /** Writes that come together are looked at once. */
    private static final long GATHER_MILLIS = 20;

    /** One container being followed; its log's length belongs to the thread. */
    private static final class Followed {
        private final PodKey pod;
        private final ContainerFiles files;
        private long marked;

        Followed(PodKey pod, ContainerFiles files) {
            this.pod = pod;
            this.files = files;
        }
    }

    private final WatchService watch;
    private final Map<Path, WatchKey> keys = new ConcurrentHashMap<>();
    private final Map<WatchKey, Followed> followed = new ConcurrentHashMap<>();
    private final List<Consumer<RuntimeEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;

    ProcessEvents() throws IOException {
        this.watch = FileSystems.getDefault().newWatchService();
        this.thread = Thread.ofVirtual().name("process events").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Subscription listen(Consumer<RuntimeEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(PodKey pod) {
        listeners.forEach(l -> l.accept(new RuntimeEvent.PodChanged(pod)));
    }

    /** From now on the container's end is told. */
    void follow(PodKey pod, ContainerFiles files) throws IOException {
        WatchKey key =
                files.root()
                        .register(
                                watch,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY);
        keys.put(files.root(), key);
        followed.put(key, new Followed(pod, files));
    }

    void forget(ContainerFiles files) {
        WatchKey key = keys.remove(files.root());
        if (key != null) {
            key.cancel();
            followed.remove(key);
        }
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            LOG.warn("can't let go of the containers' directories: {}", e.getMessage());
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = watch.take();
                Thread.sleep(GATHER_MILLIS);
                for (; key != null; key = watch.poll()) {
                    look(key);
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException _) {
            LOG.debug("containers are no longer followed");
        }
    }

    private void look(WatchKey key) {
        List<WatchEvent<?>> events = key.pollEvents();
        key.reset();
        Followed container = followed.get(key);
        if (container == null) {
            return;
        }
        try {
            container.marked = LogMarks.mark(container.files, container.marked);
        } catch (IOException e) {
            if (Files.exists(container.files.root())) {
                LOG.warn("can't mark the log {}: {}", container.files.root(), e.getMessage());
            }
        }
        boolean ended =
                events.stream()
                        .anyMatch(e ->
                                e.kind().equals(StandardWatchEventKinds.OVERFLOW)
                                        || String.valueOf(e.context()).equals("exit"));
        if (ended) {
            tell(container.pod);
        }
    }
}
