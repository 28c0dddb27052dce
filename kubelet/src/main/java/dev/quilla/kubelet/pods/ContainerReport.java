package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerState;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is known of one container; becomes its status.
 *
 * @param attempt how often it was started before this time
 * @param waiting why it waits, where it does: a reason and a message
 */
record ContainerReport(
        Container container,
        String podUid,
        int attempt,
        ContainerState state,
        Optional<ContainerState.Exited> last,
        Optional<Waiting> waiting,
        boolean ready,
        boolean started) {

    /** Why a container does not run yet. */
    record Waiting(String reason, String message) {}

    ContainerStatus status() {
        ContainerStatus.Builder b =
                ContainerStatus.builder()
                        .name(container.name())
                        .image(container.image())
                        .imageID("")
                        .ready(ready)
                        .started(started)
                        .restartCount(attempt);
        if (!(state instanceof ContainerState.Absent)) {
            b.containerID(id(attempt));
        }
        if (waiting.isPresent()) {
            b.state(s ->
                    s.waiting(w -> {
                        w.reason(waiting.get().reason());
                        return waiting.get().message().isEmpty()
                                ? w
                                : w.message(waiting.get().message());
                    }));
            if (state instanceof ContainerState.Exited exited) {
                b.lastState(s -> s.terminated(t -> terminated(t, exited, attempt)));
            }
        } else {
            switch (state) {
                case ContainerState.Absent ignored ->
                        b.state(s -> s.waiting(w -> w.reason("ContainerCreating")));
                case ContainerState.Running running ->
                        b.state(s -> s.running(r -> r.startedAt(seconds(running.startedAt()))));
                case ContainerState.Exited exited ->
                        b.state(s -> s.terminated(t -> terminated(t, exited, attempt)));
            }
            last.ifPresent(exited ->
                    b.lastState(s -> s.terminated(t -> terminated(t, exited, attempt - 1))));
        }
        return b.build();
    }

    private dev.quilla.model.core.v1.ContainerStateTerminated.Builder terminated(
            dev.quilla.model.core.v1.ContainerStateTerminated.Builder t,
            ContainerState.Exited exited,
            int which) {
        return t.exitCode(exited.code())
                .reason(exited.code() == 0 ? "Completed" : "Error")
                .startedAt(seconds(exited.startedAt()))
                .finishedAt(seconds(exited.finishedAt()))
                .containerID(id(which));
    }

    private String id(int which) {
        return "process://" + podUid + "/" + container.name() + "/" + which;
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }
}
