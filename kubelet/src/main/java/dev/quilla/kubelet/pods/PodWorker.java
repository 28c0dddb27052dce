package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.client.TransportException;
import dev.quilla.kubelet.probes.ProbeLoop;
import dev.quilla.kubelet.probes.ProbeRunner;
import dev.quilla.kubelet.runtime.ContainerState;
import dev.quilla.kubelet.runtime.ProcessRuntime;
import dev.quilla.kubelet.runtime.ProcessSpec;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodStatus;
import dev.quilla.model.core.v1.Probe;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one pod to the state that is wanted, on a thread of its own, until it is gone. */
final class PodWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration BACKOFF_FIRST = Duration.ofSeconds(10);
    private static final Duration BACKOFF_MAX = Duration.ofMinutes(5);
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);
    private static final String HOST_IMAGE = "host";

    /** What workers share. */
    record Shared(
            ApiClient client,
            ProcessRuntime runtime,
            AddressPool addresses,
            Environment.Sources sources,
            EventRecorder events,
            InstantSource clock,
            String hostIp) {}

    private final Shared shared;
    private final PodDirectory directory;
    private final Runnable onGone;
    private final Semaphore wake = new Semaphore(0);
    private final Map<String, Watched> watched = new HashMap<>();
    private final Thread thread;
    private volatile Pod pod;
    private volatile boolean closed;
    private Optional<Instant> terminatingSince = Optional.empty();
    private Optional<PodStatus> sent = Optional.empty();

    /** What is known of a running container beside its process. */
    private static final class Watched {
        private final int attempt;
        private final List<ProbeLoop> probes = new ArrayList<>();
        private volatile boolean ready;
        private volatile boolean started;

        Watched(int attempt, boolean ready, boolean started) {
            this.attempt = attempt;
            this.ready = ready;
            this.started = started;
        }
    }

    PodWorker(Shared shared, Pod pod, PodDirectory directory, Runnable onGone) {
        this.shared = shared;
        this.pod = pod;
        this.directory = directory;
        this.onGone = onGone;
        this.thread = Thread.ofVirtual().name("pod-" + pod.key()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void update(Pod changed) {
        pod = changed;
        wake.release();
    }

    Pod pod() {
        return pod;
    }

    Path log(String container, boolean previous) throws IOException {
        OptionalInt attempt = directory.lastAttempt(container);
        int wanted = attempt.orElse(0) - (previous ? 1 : 0);
        return directory.attempt(container, wanted).resolve("log");
    }

    private void run() {
        try {
            while (!closed) {
                wake.drainPermits();
                try {
                    if (sync()) {
                        return;
                    }
                } catch (IOException | ApiException | TransportException e) {
                    LOG.warn("pod {}: {}", pod.key(), e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("pod {} failed", pod.key(), e);
                }
                boolean woken = wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                LOG.trace("pod {} woken: {}", pod.key(), woken);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watched.values().forEach(w -> w.probes.forEach(ProbeLoop::close));
        }
    }

    /** One step; answers whether the pod is gone. */
    private boolean sync() throws IOException {
        Pod current = pod;
        String address = shared.addresses().addressOf(directory);
        if (current.metadata().hasDeletionTimestamp()) {
            return terminate(current);
        }
        List<ContainerReport> inits = new ArrayList<>();
        boolean goOn = true;
        for (Container container : current.spec().initContainers()) {
            ContainerReport report =
                    goOn ? tend(current, container, address, true) : absent(container);
            inits.add(report);
            goOn &= report.state() instanceof ContainerState.Exited e && e.code() == 0;
        }
        List<ContainerReport> containers = new ArrayList<>();
        for (Container container : current.spec().containers()) {
            containers.add(goOn ? tend(current, container, address, false) : waiting(container));
        }
        report(current, inits, containers, address);
        return false;
    }

    private ContainerReport absent(Container container) {
        return new ContainerReport(
                container,
                pod.uid(),
                0,
                new ContainerState.Absent(),
                Optional.empty(),
                Optional.of(new ContainerReport.Waiting("PodInitializing", "")),
                false,
                false);
    }

    private ContainerReport waiting(Container container) {
        return absent(container);
    }

    /** Starts a container, restarts it when its policy says so, and says how it is. */
    private ContainerReport tend(Pod current, Container container, String address, boolean init)
            throws IOException {
        OptionalInt last = directory.lastAttempt(container.name());
        if (last.isEmpty()) {
            return start(current, container, address, 0, Optional.empty());
        }
        int attempt = last.getAsInt();
        Path folder = directory.attempt(container.name(), attempt);
        ContainerState state = shared.runtime().state(folder);
        return switch (state) {
            case ContainerState.Absent ignored ->
                    start(current, container, address, attempt, Optional.empty());
            case ContainerState.Running running ->
                    running(current, container, address, attempt, running);
            case ContainerState.Exited exited ->
                    exited(current, container, address, attempt, exited, init);
        };
    }

    private ContainerReport exited(
            Pod current,
            Container container,
            String address,
            int attempt,
            ContainerState.Exited exited,
            boolean init)
            throws IOException {
        forget(container);
        String policy = current.spec().restartPolicy();
        boolean again =
                init
                        ? exited.code() != 0 && !policy.equals("Never")
                        : policy.equals("Always")
                                || (policy.equals("OnFailure") && exited.code() != 0);
        Optional<ContainerState.Exited> before = previous(container, attempt);
        if (!again) {
            return new ContainerReport(
                    container, pod.uid(), attempt, exited, before, Optional.empty(), false, false);
        }
        Duration backoff = backoff(attempt, exited);
        if (shared.clock().instant().isBefore(exited.finishedAt().plus(backoff))) {
            shared.events()
                    .record(
                            current,
                            EventType.WARNING,
                            "BackOff",
                            "Back-off restarting failed container "
                                    + container.name()
                                    + " in pod "
                                    + current.name());
            return new ContainerReport(
                    container,
                    pod.uid(),
                    attempt,
                    exited,
                    before,
                    Optional.of(
                            new ContainerReport.Waiting(
                                    "CrashLoopBackOff",
                                    "back-off "
                                            + backoff.toSeconds()
                                            + "s restarting failed container="
                                            + container.name())),
                    false,
                    false);
        }
        return start(current, container, address, attempt + 1, Optional.of(exited));
    }

    private static Duration backoff(int attempt, ContainerState.Exited exited) {
        boolean ranLong =
                Duration.between(exited.startedAt(), exited.finishedAt()).compareTo(LONG_ENOUGH)
                        > 0;
        if (attempt == 0 || ranLong) {
            return Duration.ZERO;
        }
        Duration doubled = BACKOFF_FIRST.multipliedBy(1L << Math.min(attempt - 1, 10));
        return doubled.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : doubled;
    }

    private Optional<ContainerState.Exited> previous(Container container, int attempt)
            throws IOException {
        if (attempt == 0) {
            return Optional.empty();
        }
        return shared.runtime().state(directory.attempt(container.name(), attempt - 1))
                        instanceof ContainerState.Exited exited
                ? Optional.of(exited)
                : Optional.empty();
    }

    private ContainerReport start(
            Pod current,
            Container container,
            String address,
            int attempt,
            Optional<ContainerState.Exited> last)
            throws IOException {
        if (!container.image().equals(HOST_IMAGE)) {
            return failing(
                    current,
                    container,
                    attempt,
                    last,
                    "ErrImagePull",
                    "the process runtime has no images: use the image \"host\", which is this"
                            + " machine's own file system, or the docker runtime");
        }
        Map<String, String> environment;
        try {
            environment = environment(current, container, address);
        } catch (Environment.MissingException e) {
            return failing(
                    current,
                    container,
                    attempt,
                    last,
                    "CreateContainerConfigError",
                    String.valueOf(e.getMessage()));
        }
        List<String> command = new ArrayList<>(container.command());
        command.addAll(container.args());
        if (command.isEmpty()) {
            return failing(
                    current,
                    container,
                    attempt,
                    last,
                    "CreateContainerError",
                    "the image \"host\" has no program of its own: name one in command");
        }
        Path folder = directory.attempt(container.name(), attempt);
        shared.runtime()
                .start(
                        new ProcessSpec(
                                folder,
                                command.stream()
                                        .map(c -> Environment.expand(c, environment))
                                        .toList(),
                                environment,
                                container.workingDir()));
        shared.events()
                .record(
                        current,
                        EventType.NORMAL,
                        "Started",
                        "Started container " + container.name());
        return new ContainerReport(
                container,
                pod.uid(),
                attempt,
                shared.runtime().state(folder),
                last,
                Optional.empty(),
                false,
                false);
    }

    private Map<String, String> environment(Pod current, Container container, String address)
            throws Environment.MissingException {
        return new Environment(current, address, shared.hostIp(), shared.sources()).of(container);
    }

    private ContainerReport failing(
            Pod current,
            Container container,
            int attempt,
            Optional<ContainerState.Exited> last,
            String reason,
            String message) {
        shared.events().record(current, EventType.WARNING, "Failed", "Error: " + message);
        return new ContainerReport(
                container,
                pod.uid(),
                attempt,
                new ContainerState.Absent(),
                last,
                Optional.of(new ContainerReport.Waiting(reason, message)),
                false,
                false);
    }

    private ContainerReport running(
            Pod current,
            Container container,
            String address,
            int attempt,
            ContainerState.Running running)
            throws IOException {
        Watched known = watched.get(container.name());
        if ((known == null || known.attempt != attempt) && running.pid() != 0) {
            forget(container);
            known = watch(current, container, address, attempt);
        }
        boolean ready = known != null && known.ready && known.started;
        boolean started = known != null && known.started;
        return new ContainerReport(
                container,
                pod.uid(),
                attempt,
                running,
                previous(container, attempt),
                Optional.empty(),
                ready,
                started);
    }

    /** Starts to look after a running container: it may be one of an earlier kubelet's. */
    private Watched watch(Pod current, Container container, String address, int attempt)
            throws IOException {
        boolean wasReady =
                current.status().containerStatuses().stream()
                        .anyMatch(s ->
                                s.name().equals(container.name())
                                        && s.restartCount() == attempt
                                        && s.ready());
        Watched fresh =
                new Watched(
                        attempt,
                        !container.hasReadinessProbe() || wasReady,
                        !container.hasStartupProbe() || wasReady);
        watched.put(container.name(), fresh);
        Path folder = directory.attempt(container.name(), attempt);
        shared.runtime().onExit(folder, wake::release);
        Map<String, String> environment;
        try {
            environment = environment(current, container, address);
        } catch (Environment.MissingException e) {
            environment = Map.of();
        }
        ProbeRunner runner = new ProbeRunner(container, address, environment);
        if (container.hasStartupProbe()) {
            probe(current, container, "Startup", container.startupProbe(), runner, fresh, folder);
        }
        if (container.hasReadinessProbe()) {
            probe(
                    current,
                    container,
                    "Readiness",
                    container.readinessProbe(),
                    runner,
                    fresh,
                    folder);
        }
        if (container.hasLivenessProbe()) {
            probe(current, container, "Liveness", container.livenessProbe(), runner, fresh, folder);
        }
        return fresh;
    }

    private void probe(
            Pod current,
            Container container,
            String kind,
            Probe probe,
            ProbeRunner runner,
            Watched of,
            Path folder) {
        of.probes.add(
                new ProbeLoop(
                        kind + "-" + current.key() + "-" + container.name(),
                        probe,
                        runner,
                        (result, problem) -> probed(current, kind, of, folder, result, problem)));
    }

    private void probed(
            Pod current,
            String kind,
            Watched of,
            Path folder,
            ProbeLoop.Result result,
            String problem) {
        boolean good = result == ProbeLoop.Result.SUCCESS;
        if (!good && (kind.equals("Startup") || of.started)) {
            shared.events()
                    .record(
                            current,
                            EventType.WARNING,
                            "Unhealthy",
                            kind + " probe failed: " + problem);
        }
        switch (kind) {
            case "Readiness" -> {
                if (of.ready != good) {
                    of.ready = good;
                    wake.release();
                }
            }
            case "Startup" -> {
                if (good && !of.started) {
                    of.started = true;
                    wake.release();
                } else if (!good && !of.started) {
                    kill(folder);
                }
            }
            default -> {
                if (!good && of.started) {
                    kill(folder);
                }
            }
        }
    }

    private void kill(Path folder) {
        try {
            shared.runtime().kill(folder);
        } catch (IOException e) {
            LOG.warn("killing a container of {}: {}", pod.key(), e.getMessage());
        }
    }

    private void forget(Container container) {
        Watched known = watched.remove(container.name());
        if (known != null) {
            known.probes.forEach(ProbeLoop::close);
        }
    }

    private boolean terminate(Pod current) throws IOException {
        Instant now = shared.clock().instant();
        watched.values().forEach(w -> w.probes.forEach(ProbeLoop::close));
        boolean first = terminatingSince.isEmpty();
        Instant since = terminatingSince.orElse(now);
        terminatingSince = Optional.of(since);
        boolean force =
                Duration.between(since, now).toSeconds()
                        >= current.metadata().deletionGracePeriodSeconds();
        boolean alive = false;
        for (String name : directory.containers()) {
            OptionalInt attempt = directory.lastAttempt(name);
            Path folder = directory.attempt(name, attempt.orElse(0));
            if (shared.runtime().state(folder) instanceof ContainerState.Running running) {
                alive = true;
                if (force) {
                    shared.runtime().kill(folder);
                } else if (first && running.pid() != 0) {
                    shared.events()
                            .record(
                                    current,
                                    EventType.NORMAL,
                                    "Killing",
                                    "Stopping container " + name);
                    shared.runtime().terminate(folder);
                    shared.runtime().onExit(folder, wake::release);
                }
            }
        }
        if (alive) {
            return false;
        }
        try {
            shared.client()
                    .resource(Resources.PODS)
                    .delete(
                            current.key(),
                            DeleteOptions.builder()
                                    .gracePeriodSeconds(0)
                                    .preconditions(p -> p.uid(current.uid()))
                                    .build());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
        directory.delete();
        onGone.run();
        return true;
    }

    private void report(
            Pod current,
            List<ContainerReport> inits,
            List<ContainerReport> containers,
            String address) {
        PodStatus status =
                PodStatuses.of(
                        current,
                        inits,
                        containers,
                        address,
                        shared.hostIp(),
                        shared.clock().instant());
        if (sent.filter(status::equals).isPresent() && status.equals(current.status())) {
            return;
        }
        if (status.equals(current.status())) {
            sent = Optional.of(status);
            return;
        }
        try {
            Pod updated =
                    shared.client()
                            .resource(Resources.PODS)
                            .updateStatus(
                                    current.toBuilder()
                                            .metadata(m -> m.clearResourceVersion())
                                            .status(status)
                                            .build());
            sent = Optional.of(status);
            if (updated.uid().equals(current.uid())
                    && pod.resourceVersion().equals(current.resourceVersion())) {
                pod = updated;
            }
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Stops looking after the pod; its containers run on. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** Ends containers of a pod that is no longer there. */
    static void endAll(ProcessRuntime runtime, PodDirectory directory) throws IOException {
        for (String name : directory.containers()) {
            runtime.kill(directory.attempt(name, directory.lastAttempt(name).orElse(0)));
        }
        directory.delete();
    }
}
