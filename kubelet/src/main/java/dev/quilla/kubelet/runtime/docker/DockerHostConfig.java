package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.OomScore;
import dev.quilla.kubelet.runtime.Resources;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.Security;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the daemon is told about a container's surroundings. */
final class DockerHostConfig {

    private static final Map<String, String> LOG_LIMITS =
            Map.of("max-size", "10m", "max-file", "5");

    private DockerHostConfig() {}

    static HostConfig of(
            SandboxId sandbox,
            Map<String, String> pauseLabels,
            ContainerSpec spec,
            Optional<Path> hosts,
            Optional<Path> resolvConf) {
        String joined = "container:" + sandbox.value();
        HostConfig config =
                HostConfig.newHostConfig()
                        .withNetworkMode(joined)
                        .withIpcMode(joined)
                        .withMounts(mounts(spec, hosts, resolvConf))
                        .withRestartPolicy(RestartPolicy.noRestart())
                        .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, LOG_LIMITS));
        if ("true".equals(pauseLabels.get(DockerLabels.HOST_PID))) {
            config.withPidMode("host");
        } else if ("true".equals(pauseLabels.get(DockerLabels.SHARED_PID))) {
            config.withPidMode(joined);
        }
        limit(config, spec.resources());
        secure(config, spec.security());
        return config;
    }

    private static void limit(HostConfig config, Resources resources) {
        if (resources.cpuShares() > 0) {
            config.withCpuShares((int) Math.min(Integer.MAX_VALUE, resources.cpuShares()));
        }
        if (resources.cpuQuotaMicros() > 0) {
            config.withCpuQuota(resources.cpuQuotaMicros())
                    .withCpuPeriod(resources.cpuPeriodMicros());
        }
        if (resources.memoryLimitBytes() > 0) {
            // Swap included: a container at its limit is killed, not slowed.
            config.withMemory(resources.memoryLimitBytes())
                    .withMemorySwap(resources.memoryLimitBytes());
        }
        if (resources.pidsLimit() > 0) {
            config.withPidsLimit(resources.pidsLimit());
        }
        int oomScore = OomScore.possible(resources.oomScoreAdjust());
        if (oomScore != 0) {
            config.withOomScoreAdj(oomScore);
        }
    }

    private static void secure(HostConfig config, Security security) {
        config.withPrivileged(security.privileged())
                .withReadonlyRootfs(security.readOnlyRootFilesystem())
                .withCapAdd(capabilities(security.addCapabilities()))
                .withCapDrop(capabilities(security.dropCapabilities()))
                .withGroupAdd(security.supplementalGroups().stream().map(String::valueOf).toList());
        List<String> options = new ArrayList<>();
        if (security.noNewPrivileges()) {
            options.add("no-new-privileges");
        }
        if (security.unconfined()) {
            options.add("seccomp=unconfined");
        }
        config.withSecurityOpts(options);
    }

    private static Capability[] capabilities(List<String> names) {
        return names.stream().map(DockerHostConfig::capability).toArray(Capability[]::new);
    }

    private static Capability capability(String name) {
        String bare = name.startsWith("CAP_") ? name.substring("CAP_".length()) : name;
        try {
            return Capability.valueOf(bare);
        } catch (IllegalArgumentException e) {
            throw new ContainerRuntimeException(
                    Reason.CONTAINER_CONFIG, "unknown capability \"" + name + "\"", e);
        }
    }

    private static List<Mount> mounts(
            ContainerSpec spec, Optional<Path> hosts, Optional<Path> resolvConf) {
        List<Mount> mounts = new ArrayList<>();
        spec.mounts().stream().map(DockerHostConfig::mount).forEach(mounts::add);
        hosts.ifPresent(file -> addUnlessMounted(mounts, file, "/etc/hosts"));
        resolvConf.ifPresent(file -> addUnlessMounted(mounts, file, "/etc/resolv.conf"));
        return mounts;
    }

    private static void addUnlessMounted(List<Mount> mounts, Path file, String target) {
        if (mounts.stream().noneMatch(m -> target.equals(m.getTarget()))) {
            mounts.add(mount(dev.quilla.kubelet.runtime.Mount.of(file, target, false)));
        }
    }

    private static Mount mount(dev.quilla.kubelet.runtime.Mount mount) {
        BindPropagation propagation =
                switch (mount.propagation()) {
                    case PRIVATE -> BindPropagation.R_PRIVATE;
                    case HOST_TO_CONTAINER -> BindPropagation.R_SLAVE;
                    case BIDIRECTIONAL -> BindPropagation.R_SHARED;
                };
        return new Mount()
                .withType(MountType.BIND)
                .withSource(mount.source().toAbsolutePath().toString())
                .withTarget(mount.target())
                .withReadOnly(mount.readOnly())
                .withBindOptions(new BindOptions().withPropagation(propagation));
    }
}
