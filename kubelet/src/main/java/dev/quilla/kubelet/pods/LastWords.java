package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.LogStream;
import dev.quilla.kubelet.runtime.Logs;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.RuntimeContainer;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** What a program left behind as the reason of its end: a file, or the end of its log. */
final class LastWords {

    private static final String OR_LOG = "FallbackToLogsOnError";
    private static final int LOG_BYTES_MAX = 2048;
    private static final LogOptions END_OF_LOG =
            new LogOptions(
                    false, OptionalLong.of(80), Optional.empty(), OptionalLong.empty(), false);

    private final ContainerRuntime runtime;
    private final PodMounts mounts;

    LastWords(ContainerRuntime runtime, PodMounts mounts) {
        this.runtime = runtime;
        this.mounts = mounts;
    }

    /** Empty for a container that goes on, and for one that said nothing. */
    String of(Pod pod, Container container, RuntimeContainer found) {
        if (!(found.state() instanceof RunState.Exited exited)) {
            return "";
        }
        String message = mounts.terminationMessage(pod, container.name(), found.attempt());
        boolean log =
                message.isEmpty()
                        && exited.exitCode() != 0
                        && container.terminationMessagePolicy().equals(OR_LOG);
        return log ? endOfLog(found) : message;
    }

    private String endOfLog(RuntimeContainer found) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogStream log = runtime.logs(found.id(), END_OF_LOG)) {
            Logs.copy(log, END_OF_LOG, out);
        } catch (IOException | ContainerRuntimeException _) {
            // A log that can't be read says nothing.
            return "";
        }
        byte[] all = out.toByteArray();
        int start = Math.max(0, all.length - LOG_BYTES_MAX);
        return new String(all, start, all.length - start, StandardCharsets.UTF_8);
    }
}
