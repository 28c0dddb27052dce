package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.Inventory;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.SandboxId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds this node's containers. The daemon's list lacks exit codes and times, which need a question
 * a container; since containers are started once, the answer for a state holds for good and is
 * kept.
 */
final class DockerInventory {

    private final DockerClient docker;
    private final DockerLabels labels;
    private final Map<Seen, RunState> known = new ConcurrentHashMap<>();

    private record Seen(String id, String state) {}

    DockerInventory(DockerClient docker, DockerLabels labels) {
        this.docker = docker;
        this.labels = labels;
    }

    Inventory list() {
        List<Container> found =
                DockerErrors.calling(
                        Reason.UNAVAILABLE,
                        () ->
                                docker.listContainersCmd()
                                        .withShowAll(true)
                                        .withLabelFilter(labels.owner())
                                        .exec());
        List<Sandbox> sandboxes = new ArrayList<>();
        List<RuntimeContainer> containers = new ArrayList<>();
        for (Container container : found) {
            // The daemon matches each label; being sure costs nothing.
            if (!labels.owns(container.getLabels())) {
                continue;
            }
            if (DockerLabels.SANDBOX_KIND.equals(container.getLabels().get(DockerLabels.KIND))) {
                sandboxes.add(sandbox(container));
            } else {
                container(container).ifPresent(containers::add);
            }
        }
        Set<String> ids = found.stream().map(Container::getId).collect(Collectors.toSet());
        known.keySet().removeIf(seen -> !ids.contains(seen.id()));
        return new Inventory(sandboxes, containers);
    }

    private static Sandbox sandbox(Container container) {
        Map<String, String> all = container.getLabels();
        Sandbox.State state =
                switch (container.getState()) {
                    case "created" -> Sandbox.State.CREATED;
                    case "running" -> Sandbox.State.READY;
                    default -> Sandbox.State.STOPPED;
                };
        return new Sandbox(
                new SandboxId(container.getId()),
                DockerLabels.pod(all),
                DockerLabels.attempt(all),
                state,
                Instant.ofEpochSecond(container.getCreated()),
                DockerLabels.own(all));
    }

    private Optional<RuntimeContainer> container(Container container) {
        Map<String, String> all = container.getLabels();
        return state(container)
                .map(state ->
                        new RuntimeContainer(
                                new ContainerId(container.getId()),
                                new SandboxId(all.getOrDefault(DockerLabels.SANDBOX, "")),
                                DockerLabels.pod(all),
                                all.getOrDefault(DockerLabels.NAME, ""),
                                DockerLabels.attempt(all),
                                all.getOrDefault(DockerLabels.IMAGE, ""),
                                String.valueOf(container.getImageId()),
                                state,
                                DockerLabels.own(all)));
    }

    /** Empty if it went away while we looked. */
    private Optional<RunState> state(Container container) {
        Seen seen = new Seen(container.getId(), container.getState());
        RunState kept = known.get(seen);
        if (kept != null) {
            return Optional.of(kept);
        }
        try {
            RunState state = state(docker.inspectContainerCmd(container.getId()).exec());
            // What it is now, not what the list said a moment ago, may be kept.
            boolean same =
                    switch (state) {
                        case RunState.Created _ -> false;
                        case RunState.Running _ -> seen.state().equals("running");
                        case RunState.Exited _ -> seen.state().equals("exited");
                    };
            if (same) {
                known.put(seen, state);
            }
            return Optional.of(state);
        } catch (NotFoundException _) {
            return Optional.empty();
        }
    }

    private static RunState state(InspectContainerResponse container) {
        InspectContainerResponse.ContainerState state = container.getState();
        Instant created = time(container.getCreated());
        long code = Objects.requireNonNullElse(state.getExitCodeLong(), 0L);
        String error = Objects.requireNonNullElse(state.getError(), "");
        return switch (String.valueOf(state.getStatus())) {
            case "created" ->
                    error.isEmpty() && code == 0
                            ? new RunState.Created(created)
                            : new RunState.Exited(
                                    (int) code,
                                    RunState.Exited.CANNOT_RUN,
                                    error,
                                    created,
                                    created);
            case "running", "paused", "restarting" ->
                    new RunState.Running(
                            time(state.getStartedAt()),
                            Objects.requireNonNullElse(state.getPidLong(), 0L));
            default -> exited(state, (int) code, error);
        };
    }

    /** The daemon notes the start of a very short program after its end. */
    private static RunState exited(
            InspectContainerResponse.ContainerState state, int code, String error) {
        Instant started = time(state.getStartedAt());
        Instant finished = time(state.getFinishedAt());
        return new RunState.Exited(
                code,
                reason(state, code),
                error,
                started,
                finished.isBefore(started) ? started : finished);
    }

    private static String reason(InspectContainerResponse.ContainerState state, long code) {
        if (Boolean.TRUE.equals(state.getOOMKilled())) {
            return RunState.Exited.OOM_KILLED;
        }
        return code == 0 ? RunState.Exited.COMPLETED : RunState.Exited.ERROR;
    }

    private static Instant time(@Nullable String text) {
        return text == null ? Instant.EPOCH : Instant.parse(text);
    }
}
