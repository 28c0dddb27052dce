package dev.quilla.kubelet.runtime;

import java.util.Map;

/**
 * A pod's surroundings: the namespaces that its containers share.
 *
 * @param attempt how often one was made before for this pod
 * @param hostname what its programs see as the machine's name; ignored with the host's network
 * @param hostNetwork the pod uses the machine's own network and name
 * @param hostPid its programs see all processes of the machine
 * @param hostIpc it shares the machine's System V and POSIX shared memory
 * @param shareProcessNamespace its containers see one another's processes
 * @param resolvConf the text of {@code /etc/resolv.conf}; empty leaves the machine's
 * @param sysctls kernel settings of its namespaces
 * @param resources the whole pod's limits
 * @param labels kept with the sandbox and given back by {@link ContainerRuntime#list}
 */
public record SandboxSpec(
        PodKey pod,
        int attempt,
        String hostname,
        boolean hostNetwork,
        boolean hostPid,
        boolean hostIpc,
        boolean shareProcessNamespace,
        String resolvConf,
        Map<String, String> sysctls,
        Resources resources,
        Map<String, String> labels) {

    public SandboxSpec {
        sysctls = Map.copyOf(sysctls);
        labels = Map.copyOf(labels);
    }

    /** A pod with namespaces of its own and no limits. */
    public static SandboxSpec of(PodKey pod, String resolvConf) {
        return new SandboxSpec(
                pod,
                0,
                pod.name(),
                false,
                false,
                false,
                false,
                resolvConf,
                Map.of(),
                Resources.UNLIMITED,
                Map.of());
    }

    /** The same pod in the machine's own network. */
    public SandboxSpec inHostNetwork() {
        return new SandboxSpec(
                pod,
                attempt,
                hostname,
                true,
                hostPid,
                hostIpc,
                shareProcessNamespace,
                resolvConf,
                sysctls,
                resources,
                labels);
    }
}
