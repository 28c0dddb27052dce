package dev.quilla.controller;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.Informers;
import dev.quilla.controller.access.RoleAggregationController;
import dev.quilla.controller.account.RootCaController;
import dev.quilla.controller.account.ServiceAccountController;
import dev.quilla.controller.autoscaling.AutoscalerController;
import dev.quilla.controller.bootstrap.BootstrapTokenController;
import dev.quilla.controller.bootstrap.ClusterInfoController;
import dev.quilla.controller.certificate.ApprovalController;
import dev.quilla.controller.certificate.CleanupController;
import dev.quilla.controller.certificate.SigningController;
import dev.quilla.controller.lifecycle.CustomKindController;
import dev.quilla.controller.lifecycle.GarbageCollector;
import dev.quilla.controller.lifecycle.NamespaceController;
import dev.quilla.controller.lifecycle.PodGarbageController;
import dev.quilla.controller.network.EndpointSliceController;
import dev.quilla.controller.network.MirroringController;
import dev.quilla.controller.network.ServiceAddressController;
import dev.quilla.controller.network.ServiceRangeController;
import dev.quilla.controller.node.NodeAddressController;
import dev.quilla.controller.node.NodeLifecycleController;
import dev.quilla.controller.node.TaintEvictionController;
import dev.quilla.controller.storage.AttributesProtectionController;
import dev.quilla.controller.storage.ClaimProtectionController;
import dev.quilla.controller.storage.VolumeProtectionController;
import dev.quilla.controller.workload.CronJobController;
import dev.quilla.controller.workload.DaemonSetController;
import dev.quilla.controller.workload.DeploymentController;
import dev.quilla.controller.workload.DisruptionController;
import dev.quilla.controller.workload.JobController;
import dev.quilla.controller.workload.JobOrphanController;
import dev.quilla.controller.workload.ReplicaSetController;
import dev.quilla.controller.workload.StatefulSetController;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** All controllers, over informers that they share. */
public final class ControllerManager implements AutoCloseable {

    private static final Duration SYNC = Duration.ofSeconds(60);

    private final Informers informers;
    private final EventRecorder events;
    private final List<ReconcileLoop> loops;
    private volatile boolean closed;
    private Thread starter = Thread.ofVirtual().unstarted(() -> {});

    /**
     * What controllers need to know.
     *
     * @param authorityPem the cluster's CA, for pods to trust
     * @param pkiDir where the CA's key lies
     * @param podRange cut into one /24 a node
     */
    public record Config(String authorityPem, Path pkiDir, String podRange) {}

    /** Makes them; nothing runs before {@link #start}. */
    public ControllerManager(ApiClient client, Config config, InstantSource clock) {
        this.informers = new Informers(client);
        this.events = new EventRecorder(client, "controller-manager", "", clock);
        this.loops =
                List.<Controller>of(
                                new DeploymentController(client, informers, events, clock),
                                ReplicaSetController.ofReplicaSets(
                                        client, informers, events, clock),
                                ReplicaSetController.ofReplicationControllers(
                                        client, informers, events, clock),
                                new DaemonSetController(client, informers, events, clock),
                                new StatefulSetController(client, informers, events, clock),
                                new JobController(client, informers, events, clock),
                                new JobOrphanController(client, informers),
                                new CronJobController(client, informers, events, clock),
                                new DisruptionController(client, informers, events, clock),
                                new AutoscalerController(client, informers, events, clock),
                                new EndpointSliceController(client, informers),
                                new MirroringController(client, informers),
                                new ServiceRangeController(client, informers, clock),
                                new ServiceAddressController(client, informers, events),
                                new NamespaceController(client, informers, clock),
                                new ClaimProtectionController(client, informers),
                                new VolumeProtectionController(client, informers),
                                new AttributesProtectionController(client, informers),
                                new BootstrapTokenController(client, informers, clock),
                                new ClusterInfoController(client, informers),
                                new CustomKindController(client, informers, clock),
                                new GarbageCollector(client, informers),
                                new PodGarbageController(client, informers, clock),
                                new RoleAggregationController(client, informers),
                                new ServiceAccountController(client, informers),
                                new RootCaController(client, informers, config.authorityPem()),
                                new NodeAddressController(client, informers, config.podRange()),
                                new NodeLifecycleController(client, informers, events, clock),
                                new TaintEvictionController(client, informers, events, clock),
                                new ApprovalController(client, informers, clock),
                                new SigningController(client, informers, config.pkiDir(), clock),
                                new CleanupController(client, informers, clock))
                        .stream()
                        .map(ReconcileLoop::new)
                        .toList();
    }

    /** Starts: first the informers fill, then the controllers run. */
    public void start() {
        informers.start();
        starter =
                Thread.ofVirtual()
                        .name("controllers-start")
                        .start(() -> {
                            try {
                                while (!closed && !informers.awaitSynced(SYNC)) {
                                    Thread.onSpinWait();
                                }
                                if (!closed) {
                                    loops.forEach(ReconcileLoop::start);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    @Override
    public void close() {
        closed = true;
        starter.interrupt();
        try {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.forEach(ReconcileLoop::close);
        events.close();
        informers.close();
    }
}
