package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.probes.ProbeRunner;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ExecResult;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.LifecycleHandler;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a container wants done after its start and before its end. */
final class Hooks {

    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final Duration POST_START_MAX = Duration.ofMinutes(10);
    private static final int OUTPUT_MAX = 1024;

    private Hooks() {}

    /** Runs the hook after the start; answers what went wrong. */
    static Optional<String> postStart(
            ContainerRuntime runtime, Container container, ContainerId id, String address)
            throws InterruptedException {
        return container.lifecycle().hasPostStart()
                ? run(
                        runtime,
                        container,
                        container.lifecycle().postStart(),
                        id,
                        address,
                        POST_START_MAX)
                : Optional.empty();
    }

    /**
     * Ends a container: first its hook, then the signal, then force when the grace is over. Returns
     * when it has ended.
     */
    static void stop(
            ContainerRuntime runtime,
            Pod pod,
            Container container,
            ContainerId id,
            Duration grace) {
        long start = System.nanoTime();
        try {
            if (container.lifecycle().hasPreStop() && grace.isPositive()) {
                run(
                                runtime,
                                container,
                                container.lifecycle().preStop(),
                                id,
                                pod.status().podIP(),
                                grace)
                        .ifPresent(problem ->
                                LOG.info(
                                        "preStop of {} in {}: {}",
                                        container.name(),
                                        pod.key(),
                                        problem));
            }
            Duration left = grace.minusNanos(System.nanoTime() - start);
            runtime.stop(id, left.isNegative() ? Duration.ZERO : left);
        } catch (ContainerRuntimeException e) {
            LOG.warn("ending {} of {}: {}", container.name(), pod.key(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<String> run(
            ContainerRuntime runtime,
            Container container,
            LifecycleHandler hook,
            ContainerId id,
            String address,
            Duration atMost)
            throws InterruptedException {
        if (hook.hasExec()) {
            ExecResult result = runtime.run(id, hook.exec().command(), atMost, OUTPUT_MAX);
            if (result.timedOut()) {
                return Optional.of("the command did not end in time");
            }
            return result.exitCode() == 0
                    ? Optional.empty()
                    : Optional.of(
                            "the command exited with %d: %s"
                                    .formatted(result.exitCode(), result.output().strip()));
        }
        if (hook.hasHttpGet()) {
            return new ProbeRunner(container, address, runtime, id).get(hook.httpGet(), atMost);
        }
        if (hook.hasSleep()) {
            Duration wanted = Duration.ofSeconds(hook.sleep().seconds());
            Thread.sleep(wanted.compareTo(atMost) < 0 ? wanted : atMost);
        }
        return Optional.empty();
    }
}
