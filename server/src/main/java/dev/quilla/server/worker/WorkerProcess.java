package dev.quilla.server.worker;

import dev.quilla.kubelet.Kubelet;
import dev.quilla.kubelet.KubeletConfig;
import dev.quilla.server.config.WorkerConfig;
import java.io.IOException;
import java.time.InstantSource;

/** The composition root of a worker: kubelet and proxy. */
public final class WorkerProcess implements AutoCloseable {

    private final Kubelet kubelet;

    private WorkerProcess(Kubelet kubelet) {
        this.kubelet = kubelet;
    }

    /**
     * Starts a worker.
     *
     * @throws IOException if a file or an address can't be used
     */
    public static WorkerProcess start(WorkerConfig config)
            throws IOException, InterruptedException {
        Kubelet kubelet =
                Kubelet.start(
                        new KubeletConfig(
                                config.name(),
                                config.dataDir(),
                                config.caFile(),
                                config.bootstrapTokenFile(),
                                config.masters(),
                                config.nodeAddress(),
                                config.kubeletPort(),
                                config.labels()),
                        InstantSource.system());
        return new WorkerProcess(kubelet);
    }

    @Override
    public void close() {
        kubelet.close();
    }
}
