package dev.quilla.kubelet.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process may be shielded from the kernel's out-of-memory killer. That needs a capability
 * which nested machines often lack, and asking for it without would keep the container from
 * starting at all; a container without its shield is the lesser harm.
 */
public final class OomScore {

    private static final int CAP_SYS_RESOURCE = 24;
    private static final boolean MAY_LOWER = mayLower(Path.of("/proc/self/status"));

    private OomScore() {}

    /** The adjustment that can be had: the one asked for, or none where it can't be lowered. */
    public static int possible(int adjust) {
        return adjust >= 0 || MAY_LOWER ? adjust : 0;
    }

    private static boolean mayLower(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(l -> l.startsWith("CapEff:"))
                    .map(l -> Long.parseUnsignedLong(l.substring("CapEff:".length()).strip(), 16))
                    .anyMatch(bits -> (bits & (1L << CAP_SYS_RESOURCE)) != 0);
        } catch (IOException _) {
            return false;
        }
    }
}
