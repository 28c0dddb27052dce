package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.kubelet.runtime.ProcessRuntime;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pods of this node: one worker each. */
public final class PodManager implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodManager.class);
    private static final Duration SYNC = Duration.ofMinutes(1);

    private final ApiClient client;
    private final Informers informers;
    private final Informer<Pod> pods;
    private final Informer<Service> services;
    private final Path directory;
    private final PodWorker.Shared shared;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();

    /**
     * Looks after the pods that are assigned to a node.
     *
     * @param directory holds a directory a pod
     * @param podCidr where their addresses come from
     */
    public PodManager(
            ApiClient client,
            String nodeName,
            String hostIp,
            Path directory,
            String podCidr,
            ProcessRuntime runtime,
            EventRecorder events,
            InstantSource clock)
            throws IOException {
        this.client = client;
        this.directory = directory;
        this.informers = new Informers(client);
        this.pods = informers.of(Resources.PODS, ListOptions.byField("spec.nodeName=" + nodeName));
        this.services = informers.of(Resources.SERVICES);
        Files.createDirectories(directory);
        this.shared =
                new PodWorker.Shared(
                        client,
                        runtime,
                        new AddressPool(directory, podCidr),
                        new Sources(),
                        events,
                        clock,
                        hostIp);
    }

    private final class Sources implements Environment.Sources {

        @Override
        public Optional<ConfigMap> configMap(ObjectKey key) {
            return client.resource(Resources.CONFIG_MAPS).find(key);
        }

        @Override
        public Optional<Secret> secret(ObjectKey key) {
            return client.resource(Resources.SECRETS).find(key);
        }

        @Override
        public List<Service> services(String namespace) {
            return services.inNamespace(namespace).toList();
        }
    }

    /** Starts; running containers of an earlier kubelet are taken over. */
    public void start() throws InterruptedException, IOException {
        informers.start();
        if (!informers.awaitSynced(SYNC)) {
            LOG.warn("the list of pods is not there after {}", SYNC);
        }
        removeStrangers();
        pods.onChange(this::changed);
    }

    /** Pods that were deleted while no kubelet ran. */
    private void removeStrangers() throws IOException {
        Set<String> known = pods.all().map(Pod::uid).collect(Collectors.toSet());
        List<Path> strangers;
        try (Stream<Path> all = Files.list(directory)) {
            strangers = all.filter(p -> !known.contains(p.getFileName().toString())).toList();
        }
        for (Path stranger : strangers) {
            PodWorker.endAll(shared.runtime(), new PodDirectory(stranger));
        }
    }

    private void changed(Change<? extends Pod> change) {
        switch (change) {
            case Change.Added<? extends Pod>(Pod pod) -> seen(pod);
            case Change.Updated<? extends Pod>(Pod before, Pod now) -> {
                LOG.trace("pod {} changed from {}", now.key(), before.resourceVersion());
                seen(now);
            }
            case Change.Deleted<? extends Pod>(Pod last) -> gone(last);
        }
    }

    private void seen(Pod pod) {
        workers.compute(
                pod.uid(),
                (uid, worker) -> {
                    if (worker != null) {
                        worker.update(pod);
                        return worker;
                    }
                    PodWorker fresh =
                            new PodWorker(
                                    shared,
                                    pod,
                                    new PodDirectory(directory.resolve(uid)),
                                    () -> workers.remove(uid));
                    fresh.start();
                    return fresh;
                });
    }

    /** Deleted by force: the containers must go all the same. */
    private void gone(Pod last) {
        PodWorker worker = workers.remove(last.uid());
        if (worker != null) {
            worker.close();
            try {
                PodWorker.endAll(shared.runtime(), new PodDirectory(directory.resolve(last.uid())));
            } catch (IOException e) {
                LOG.warn("removing pod {}: {}", last.key(), e.getMessage());
            }
        }
    }

    /** Where a container's output is; empty if the pod isn't here. */
    public Optional<Path> log(ObjectKey pod, String container, boolean previous)
            throws IOException {
        Optional<PodWorker> worker =
                workers.values().stream().filter(w -> w.pod().key().equals(pod)).findFirst();
        return worker.isEmpty()
                ? Optional.empty()
                : Optional.of(worker.get().log(container, previous));
    }

    @Override
    public void close() {
        informers.close();
        workers.values().forEach(PodWorker::close);
    }
}
