package dev.quilla.kubelet.runtime;

import java.util.List;
import java.util.OptionalLong;

/**
 * As whom a container's programs run and what they may do.
 *
 * @param user empty for the image's own
 * @param group empty for the user's own
 * @param supplementalGroups further groups, the pod's fsGroup among them
 * @param addCapabilities in the form {@code NET_ADMIN}, or {@code ALL}
 * @param dropCapabilities the same form; adding wins over dropping {@code ALL}
 * @param noNewPrivileges set-uid programs give nothing
 * @param unconfined the engine's default system call filter is switched off
 */
public record Security(
        OptionalLong user,
        OptionalLong group,
        List<Long> supplementalGroups,
        boolean privileged,
        boolean readOnlyRootFilesystem,
        List<String> addCapabilities,
        List<String> dropCapabilities,
        boolean noNewPrivileges,
        boolean unconfined) {

    /** What a container gets that asks for nothing. */
    public static final Security DEFAULT =
            new Security(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    List.of(),
                    false,
                    false,
                    List.of(),
                    List.of(),
                    false,
                    false);

    public Security {
        supplementalGroups = List.copyOf(supplementalGroups);
        addCapabilities = List.copyOf(addCapabilities);
        dropCapabilities = List.copyOf(dropCapabilities);
    }
}
