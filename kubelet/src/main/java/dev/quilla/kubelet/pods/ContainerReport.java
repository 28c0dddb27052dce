package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerStateTerminated;
import dev.quilla.model.core.v1.ContainerStatus;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is known of one container; becomes its status.
 *
 * @param runtime the runtime's name, the scheme of container ids
 * @param current its last attempt, if one was made
 * @param previous the attempt before
 * @param waiting why it waits, where it does
 * @param ready whether it may be sent traffic
 * @param started whether its startup probe has passed
 * @param resources what it was given of CPU and memory; empty where its limits don't hold
 * @param message what the program left behind as the reason of its end; empty for nothing
 */
record ContainerReport(
        Container container,
        String runtime,
        Optional<RuntimeContainer> current,
        Optional<RuntimeContainer> previous,
        Optional<Waiting> waiting,
        boolean ready,
        boolean started,
        Optional<ResourceRequirements> resources,
        String message) {

    /** The reason of a container that rests before it is started again. */
    static final String CRASH_LOOP = "CrashLoopBackOff";

    /** Why a container does not run: a reason and a message. */
    record Waiting(String reason, String message) {}

    boolean running() {
        return current.filter(RuntimeContainer::running).isPresent();
    }

    Optional<RunState.Exited> exited() {
        return current.map(RuntimeContainer::state)
                .filter(RunState.Exited.class::isInstance)
                .map(RunState.Exited.class::cast);
    }

    boolean hasSucceeded() {
        return exited().filter(e -> e.exitCode() == 0).isPresent();
    }

    /** It was started at least once. */
    boolean begun() {
        return running() || exited().isPresent();
    }

    ContainerStatus status() {
        ContainerStatus.Builder b =
                ContainerStatus.builder()
                        .name(container.name())
                        .image(current.map(RuntimeContainer::image).orElse(container.image()))
                        .imageID(current.map(RuntimeContainer::imageId).orElse(""))
                        .ready(ready)
                        .started(started)
                        .restartCount(current.map(RuntimeContainer::attempt).orElse(0));
        current.ifPresent(c -> b.containerID(id(c)));
        resources.ifPresent(r -> {
            b.resources(r);
            if (!r.requests().isEmpty()) {
                b.allocatedResources(r.requests());
            }
        });
        boolean waits = waiting.isPresent() && !running();
        if (waits || !begun()) {
            Waiting why = waiting.orElse(new Waiting("ContainerCreating", ""));
            b.state(s ->
                    s.waiting(w -> {
                        w.reason(why.reason());
                        return why.message().isEmpty() ? w : w.message(why.message());
                    }));
            current.ifPresent(c -> last(b, c));
        } else {
            switch (current.orElseThrow().state()) {
                case RunState.Running running ->
                        b.state(s -> s.running(r -> r.startedAt(seconds(running.startedAt()))));
                case RunState.Exited exited ->
                        b.state(s -> s.terminated(t -> ended(t, exited, current.orElseThrow())));
                case RunState.Created _ -> b.state(s -> s.waiting(w -> w));
            }
            previous.ifPresent(p -> last(b, p));
        }
        return b.build();
    }

    private void last(ContainerStatus.Builder b, RuntimeContainer of) {
        if (of.state() instanceof RunState.Exited exited) {
            b.lastState(s -> s.terminated(t -> ended(t, exited, of)));
        }
    }

    private ContainerStateTerminated.Builder ended(
            ContainerStateTerminated.Builder t, RunState.Exited exited, RuntimeContainer of) {
        t.exitCode(exited.exitCode())
                .reason(exited.reason())
                .startedAt(seconds(exited.startedAt()))
                .finishedAt(seconds(exited.finishedAt()))
                .containerID(id(of));
        String text = exited.message().isEmpty() ? message : exited.message();
        return text.isEmpty() ? t : t.message(text);
    }

    private String id(RuntimeContainer of) {
        return runtime + "://" + of.id();
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }
}
