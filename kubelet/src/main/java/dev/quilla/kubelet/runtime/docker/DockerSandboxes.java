package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.OomScore;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.SandboxSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pause containers: each holds one pod's namespaces. */
final class DockerSandboxes {

    private static final int PAUSE_OOM_SCORE = -998;
    private static final String HOSTS = "hosts";
    private static final String RESOLV_CONF = "resolv.conf";

    private final DockerClient docker;
    private final DockerLabels labels;
    private final DockerNames names;
    private final PauseImage pause;
    private final Path directory;

    DockerSandboxes(
            DockerClient docker,
            DockerLabels labels,
            DockerNames names,
            PauseImage pause,
            Path directory) {
        this.docker = docker;
        this.labels = labels;
        this.names = names;
        this.pause = pause;
        this.directory = directory.toAbsolutePath();
    }

    SandboxId create(SandboxSpec spec) {
        SandboxId id = DockerErrors.calling(Reason.CREATE_SANDBOX, () -> new SandboxId(made(spec)));
        if (!spec.resolvConf().isEmpty()) {
            write(id, RESOLV_CONF, spec.resolvConf());
        }
        return id;
    }

    private String made(SandboxSpec spec) {
        String name = names.sandbox(spec.pod(), spec.attempt());
        Map<String, String> all =
                labels.of(DockerLabels.SANDBOX_KIND, spec.pod(), spec.attempt(), spec.labels());
        all.put(DockerLabels.HOST_NETWORK, Boolean.toString(spec.hostNetwork()));
        all.put(DockerLabels.HOST_PID, Boolean.toString(spec.hostPid()));
        all.put(DockerLabels.SHARED_PID, Boolean.toString(spec.shareProcessNamespace()));
        HostConfig host =
                HostConfig.newHostConfig()
                        .withNetworkMode(spec.hostNetwork() ? "host" : "none")
                        .withIpcMode(spec.hostIpc() ? "host" : "shareable")
                        .withSysctls(spec.sysctls())
                        .withOomScoreAdj(OomScore.possible(PAUSE_OOM_SCORE))
                        .withReadonlyRootfs(true)
                        .withSecurityOpts(List.of("no-new-privileges"));
        if (spec.hostPid()) {
            host.withPidMode("host");
        }
        CreateContainerCmd command =
                docker.createContainerCmd(pause.ensure())
                        .withName(name)
                        .withEntrypoint(PauseImage.PROGRAM)
                        .withLabels(all)
                        .withHostConfig(host);
        if (!spec.hostNetwork()) {
            command.withHostName(spec.hostname());
        }
        try {
            return command.exec().getId();
        } catch (ConflictException _) {
            return docker.inspectContainerCmd(name).exec().getId();
        }
    }

    void start(SandboxId id) {
        DockerErrors.calling(
                Reason.CREATE_SANDBOX,
                () -> {
                    try {
                        docker.startContainerCmd(id.value()).exec();
                    } catch (NotModifiedException _) {
                        // It runs already.
                    }
                    return true;
                });
    }

    void writeHosts(SandboxId id, String text) {
        write(id, HOSTS, text);
    }

    /** The pod's hosts file, once it was written. */
    Optional<Path> hosts(SandboxId id) {
        return Optional.of(directoryOf(id).resolve(HOSTS)).filter(Files::exists);
    }

    /** The pod's resolver configuration, if it has one of its own. */
    Optional<Path> resolvConf(SandboxId id) {
        return Optional.of(directoryOf(id).resolve(RESOLV_CONF)).filter(Files::exists);
    }

    InspectContainerResponse inspect(SandboxId id) {
        return DockerErrors.calling(
                Reason.UNAVAILABLE, () -> docker.inspectContainerCmd(id.value()).exec());
    }

    NetworkNamespace networkNamespace(SandboxId id) {
        InspectContainerResponse found = inspect(id);
        if ("true".equals(DockerLabels.of(found).get(DockerLabels.HOST_NETWORK))) {
            return new NetworkNamespace.Host();
        }
        Long pid = found.getState().getPidLong();
        if (pid == null || pid == 0) {
            throw new ContainerRuntimeException(
                    Reason.NOT_FOUND, "sandbox " + id + " is not running");
        }
        return new NetworkNamespace.OfProcess(pid);
    }

    /** Kills what runs in it first, so that nothing is left without a network. */
    void stop(SandboxId id) {
        for (String container : containersOf(id)) {
            DockerErrors.ending(() -> docker.killContainerCmd(container).exec());
        }
        DockerErrors.ending(() -> docker.killContainerCmd(id.value()).exec());
    }

    void remove(SandboxId id) {
        for (String container : containersOf(id)) {
            removeContainer(container);
        }
        removeContainer(id.value());
        deleteFiles(id);
    }

    private void removeContainer(String id) {
        DockerErrors.ending(
                () -> docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
    }

    private List<String> containersOf(SandboxId id) {
        return DockerErrors.calling(
                Reason.UNAVAILABLE,
                () ->
                        docker
                                .listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(Map.of(DockerLabels.SANDBOX, id.value()))
                                .exec()
                                .stream()
                                .map(Container::getId)
                                .toList());
    }

    private void write(SandboxId id, String file, String text) {
        try {
            Path at = directoryOf(id);
            Files.createDirectories(at);
            // In place: containers have this very file mounted.
            Files.writeString(at.resolve(file), text);
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.CREATE_SANDBOX, "can't write " + file + ": " + e.getMessage(), e);
        }
    }

    private void deleteFiles(SandboxId id) {
        try {
            Path at = directoryOf(id);
            Files.deleteIfExists(at.resolve(HOSTS));
            Files.deleteIfExists(at.resolve(RESOLV_CONF));
            Files.deleteIfExists(at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path directoryOf(SandboxId id) {
        return directory.resolve(id.value());
    }
}
