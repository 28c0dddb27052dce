package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.model.HealthCheck;
import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes, starts and ends containers. */
final class DockerContainers {

    private final DockerClient docker;
    private final DockerLabels labels;
    private final DockerNames names;
    private final DockerSandboxes sandboxes;

    DockerContainers(
            DockerClient docker,
            DockerLabels labels,
            DockerNames names,
            DockerSandboxes sandboxes) {
        this.docker = docker;
        this.labels = labels;
        this.names = names;
        this.sandboxes = sandboxes;
    }

    ContainerId create(SandboxId sandbox, ContainerSpec spec) {
        InspectContainerResponse pause = sandboxes.inspect(sandbox);
        return DockerErrors.calling(
                Reason.CREATE_CONTAINER, () -> new ContainerId(made(sandbox, pause, spec)));
    }

    private String made(SandboxId sandbox, InspectContainerResponse pause, ContainerSpec spec) {
        Map<String, String> pauseLabels = DockerLabels.of(pause);
        PodKey pod = DockerLabels.pod(pauseLabels);
        Map<String, String> all =
                labels.of(DockerLabels.CONTAINER_KIND, pod, spec.attempt(), spec.labels());
        all.put(DockerLabels.SANDBOX, sandbox.value());
        all.put(DockerLabels.NAME, spec.name());
        all.put(DockerLabels.IMAGE, spec.image());
        String name = names.container(pod, spec.name(), spec.attempt());
        CreateContainerCmd command =
                docker.createContainerCmd(spec.imageId())
                        .withName(name)
                        .withLabels(all)
                        .withEnv(
                                spec.environment().entrySet().stream()
                                        .map(e -> e.getKey() + "=" + e.getValue())
                                        .toList())
                        .withTty(spec.terminal().tty())
                        .withStdinOpen(spec.terminal().stdin())
                        .withStdInOnce(spec.terminal().stdinOnce())
                        .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                        .withHostConfig(
                                DockerHostConfig.of(
                                        sandbox,
                                        pauseLabels,
                                        spec,
                                        sandboxes.hosts(sandbox),
                                        sandboxes.resolvConf(sandbox)));
        if (!spec.command().isEmpty()) {
            command.withEntrypoint(spec.command());
        }
        if (!spec.args().isEmpty()) {
            command.withCmd(spec.args());
        }
        if (!spec.workingDir().isEmpty()) {
            command.withWorkingDir(spec.workingDir());
        }
        String user = user(spec.security());
        if (!user.isEmpty()) {
            command.withUser(user);
        }
        spec.stopSignal().ifPresent(command::withStopSignal);
        try {
            return command.exec().getId();
        } catch (ConflictException _) {
            return docker.inspectContainerCmd(name).exec().getId();
        }
    }

    private static String user(Security security) {
        if (security.user().isEmpty()) {
            return security.group().isEmpty() ? "" : "0:" + security.group().getAsLong();
        }
        String user = Long.toString(security.user().getAsLong());
        return security.group().isEmpty() ? user : user + ":" + security.group().getAsLong();
    }

    void start(ContainerId id) {
        DockerErrors.calling(
                Reason.RUN_CONTAINER, () -> docker.startContainerCmd(id.value()).exec());
    }

    /** The daemon counts the grace in whole seconds; it is rounded up. */
    void stop(ContainerId id, Duration grace) {
        int seconds = Math.toIntExact(grace.plusMillis(999).toSeconds());
        DockerErrors.ending(() -> docker.stopContainerCmd(id.value()).withTimeout(seconds).exec());
    }

    void kill(ContainerId id) {
        DockerErrors.ending(() -> docker.killContainerCmd(id.value()).exec());
    }

    void update(ContainerId id, Resources resources) {
        UpdateContainerCmd update = docker.updateContainerCmd(id.value());
        if (resources.cpuShares() > 0) {
            update.withCpuShares((int) Math.min(Integer.MAX_VALUE, resources.cpuShares()));
        }
        if (resources.cpuQuotaMicros() > 0) {
            update.withCpuQuota(resources.cpuQuotaMicros())
                    .withCpuPeriod(resources.cpuPeriodMicros());
        }
        if (resources.memoryLimitBytes() > 0) {
            update.withMemory(resources.memoryLimitBytes())
                    .withMemorySwap(resources.memoryLimitBytes());
        }
        DockerErrors.calling(Reason.UNAVAILABLE, update::exec);
    }

    void remove(ContainerId id) {
        DockerErrors.ending(() ->
                docker.removeContainerCmd(id.value())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
    }
}
