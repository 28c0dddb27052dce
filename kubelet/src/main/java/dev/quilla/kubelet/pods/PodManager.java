package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.kubelet.network.PodNetwork;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.Inventory;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.RuntimeEvent;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.Subscription;
import dev.quilla.kubelet.volumes.PodVolumes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.authentication.v1.TokenRequest;
import dev.quilla.model.authentication.v1.TokenRequestStatus;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.Service;
import dev.quilla.plugin.host.PluginHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pods of this node: one worker each. What belongs to no pod is removed. */
public final class PodManager implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodManager.class);
    private static final Duration SYNC = Duration.ofMinutes(1);
    private static final Duration CLEAN_EVERY = Duration.ofMinutes(1);

    private final ApiClient client;
    private final Informers informers;
    private final Informer<Pod> pods;
    private final Informer<Service> services;
    private final ContainerRuntime runtime;
    private final PodNetwork network;
    private final PodWorker.Shared shared;
    private final NodeRoom room;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private Subscription subscription = () -> {};
    private Thread cleaner = Thread.ofVirtual().unstarted(() -> {});

    /**
     * Looks after the pods that are assigned to a node.
     *
     * @param directory holds a directory a pod
     */
    public PodManager(
            ApiClient client,
            NodeFacts node,
            Path directory,
            ContainerRuntime runtime,
            PodNetwork network,
            PluginHost plugins,
            EventRecorder events,
            InstantSource clock) {
        this.client = client;
        this.runtime = runtime;
        this.network = network;
        this.informers = new Informers(client);
        this.pods =
                informers.of(Resources.PODS, ListOptions.byField("spec.nodeName=" + node.name()));
        this.services = informers.of(Resources.SERVICES);
        Sources sources = new Sources();
        PodVolumes volumes =
                new PodVolumes(
                        new PodVolumes.Config(directory, node.mounts(), node.root(), node.fields()),
                        sources,
                        clock);
        PodMounts mounts = new PodMounts(directory, volumes);
        this.shared =
                new PodWorker.Shared(
                        client,
                        runtime,
                        runtime.info().name(),
                        new SharedInventory(runtime),
                        new PodSandbox(runtime, network, node, events),
                        new ContainerStarter(
                                runtime,
                                mounts,
                                new PullSecrets(sources),
                                sources,
                                node,
                                !network.isolates(),
                                events),
                        mounts,
                        plugins,
                        volumes,
                        new LastWords(runtime, mounts),
                        events,
                        clock,
                        node,
                        new ContainerSpecs(node));
        this.room =
                new NodeRoom(
                        node.fields().allocatable(),
                        () -> workers.values().stream().map(PodWorker::pod).toList());
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
        public TokenRequestStatus token(Pod pod, String audience, long expirationSeconds) {
            TokenRequest request =
                    TokenRequest.builder()
                            .spec(s ->
                                    s.audiences(audience.isEmpty() ? List.of() : List.of(audience))
                                            .expirationSeconds(expirationSeconds)
                                            .boundObjectRef(b ->
                                                    b.apiVersion("v1")
                                                            .kind("Pod")
                                                            .name(pod.name())
                                                            .uid(pod.uid())))
                            .build();
            ObjectKey account = new ObjectKey(pod.namespace(), pod.spec().serviceAccountName());
            return client.resource(Resources.SERVICE_ACCOUNTS)
                    .createSubresource(account, "token", request, TokenRequest::new)
                    .status();
        }

        @Override
        public List<Service> services(String namespace) {
            return services.inNamespace(namespace).toList();
        }
    }

    /** Starts; running containers of an earlier kubelet are taken over. */
    public void start() throws InterruptedException, IOException {
        network.start();
        informers.start();
        if (!informers.awaitSynced(SYNC)) {
            LOG.warn("the list of pods is not there after {}", SYNC);
        }
        subscription = runtime.events(this::happened);
        pods.onChange(this::changed);
        cleaner = Thread.ofVirtual().name("pod-cleaner").start(this::clean);
    }

    private void happened(RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.PodChanged(PodKey pod) -> {
                PodWorker worker = workers.get(pod.uid());
                if (worker != null) {
                    worker.wake();
                }
            }
            case RuntimeEvent.Resync() -> workers.values().forEach(PodWorker::wake);
        }
    }

    /** Pods that were deleted while no kubelet ran, or whose removal failed half way. */
    private void clean() {
        try {
            while (true) {
                try {
                    removeStrangers();
                } catch (ContainerRuntimeException | IOException e) {
                    LOG.warn("looking for containers without a pod: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("looking for containers without a pod", e);
                }
                Thread.sleep(CLEAN_EVERY);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeStrangers() throws IOException {
        // First what is there, then what is wanted: a pod that comes in between is no stranger.
        Inventory inventory = shared.inventory().now();
        Set<String> files = shared.mounts().uids();
        if (!pods.synced()) {
            return;
        }
        Set<PodKey> strangers = new HashSet<>();
        Stream.concat(
                        inventory.sandboxes().stream().map(Sandbox::pod),
                        inventory.containers().stream().map(RuntimeContainer::pod))
                .forEach(strangers::add);
        strangers.removeIf(key -> workers.containsKey(key.uid()));
        pods.all().map(Pod::uid).forEach(uid -> strangers.removeIf(k -> k.uid().equals(uid)));
        for (PodKey stranger : strangers) {
            LOG.info("removing {}, which is no pod of this node", stranger);
            shared.sandboxes().remove(stranger, PodState.of(inventory.of(stranger.uid())));
        }
        files.removeIf(uid -> workers.containsKey(uid));
        pods.all().map(Pod::uid).forEach(files::remove);
        for (String uid : files) {
            shared.mounts().remove(uid);
        }
    }

    private void changed(Change<? extends Pod> change) {
        switch (change) {
            case Change.Added<? extends Pod>(Pod pod) -> seen(pod);
            case Change.Updated<? extends Pod>(Pod before, Pod now) -> {
                LOG.trace("pod {} changed from {}", now.key(), before.resourceVersion());
                seen(now);
            }
            case Change.Deleted<? extends Pod>(Pod last) -> {
                PodWorker worker = workers.get(last.uid());
                if (worker != null) {
                    worker.remove();
                }
            }
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
                    PodWorker fresh = new PodWorker(shared, pod, room, () -> workers.remove(uid));
                    fresh.start();
                    return fresh;
                });
    }

    /** The pod of a name, if it is one of this node's. */
    public Optional<Pod> find(ObjectKey key) {
        return pods.get(key);
    }

    /** All pods of this node. */
    public List<Pod> all() {
        return pods.all().toList();
    }

    /**
     * A container of a pod, as the runtime has it.
     *
     * @param previous the attempt before the last one
     */
    public Optional<RuntimeContainer> container(Pod pod, String name, boolean previous) {
        PodState state = PodState.of(shared.inventory().now().of(pod.uid()));
        return previous ? state.previous(name) : state.current(name);
    }

    /** A pod's sandbox that is ready. */
    public Optional<Sandbox> sandbox(Pod pod) {
        return PodState.of(shared.inventory().now().of(pod.uid())).sandbox();
    }

    @Override
    public void close() {
        cleaner.interrupt();
        subscription.close();
        informers.close();
        workers.values().forEach(PodWorker::close);
    }
}
