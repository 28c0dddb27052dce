package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Sandboxes: a directory each, and a sleeping process that holds the namespaces. */
final class ProcessSandboxes {

    private static final Duration PAUSE_STARTS_WITHIN = Duration.ofSeconds(10);

    private final ProcessConfig config;
    private final Consumer<PodKey> changed;

    ProcessSandboxes(ProcessConfig config, Consumer<PodKey> changed) {
        this.config = config;
        this.changed = changed;
    }

    List<SandboxFiles> all() {
        return Records.directories(config.directory()).stream().map(SandboxFiles::new).toList();
    }

    SandboxFiles files(SandboxId id) {
        return new SandboxFiles(config.directory().resolve(id.value()));
    }

    /** What a sandbox was made with. */
    Map<String, String> values(SandboxId id) {
        return files(id)
                .values()
                .orElseThrow(
                        () -> new ContainerRuntimeException(Reason.NOT_FOUND, "no sandbox " + id));
    }

    SandboxId create(SandboxSpec spec) {
        SandboxId id = new SandboxId(spec.pod().uid() + "_" + spec.attempt());
        SandboxFiles files = files(id);
        if (files.values().isEmpty()) {
            try {
                files.write(spec);
            } catch (IOException e) {
                throw failed("can't make sandbox " + id, e);
            }
        }
        return id;
    }

    void start(SandboxId id) {
        SandboxFiles files = files(id);
        Map<String, String> values = values(id);
        if (Files.exists(files.ready())) {
            return;
        }
        boolean paused = config.privileged() && !SandboxFiles.is(values, "hostNetwork");
        try {
            if (paused) {
                pause(files, values);
            }
            Records.write(files.ready(), Boolean.toString(paused));
        } catch (IOException e) {
            throw failed("can't start sandbox " + id, e);
        }
        changed.accept(SandboxFiles.pod(values));
    }

    private void pause(SandboxFiles files, Map<String, String> values) throws IOException {
        Path script = files.root().resolve("pause.sh");
        Records.write(script, Scripts.pause(files.root(), values));
        List<String> words = new ArrayList<>(List.of("setsid", "unshare", "--net", "--uts"));
        if (!SandboxFiles.is(values, "hostIpc")) {
            words.add("--ipc");
        }
        if (SandboxFiles.is(values, "sharedPid")) {
            words.addAll(List.of("--pid", "--fork", "--kill-child"));
        }
        words.addAll(List.of("/bin/sh", script.toString()));
        Process process = Children.start(words, files.root());
        boolean up =
                Waiting.until(
                        () -> files.pause().exists() || !process.isAlive(), PAUSE_STARTS_WITHIN);
        if (!up || files.pause().process().isEmpty()) {
            Children.killTree(process.toHandle());
            throw new IOException(
                    Records.read(files.root().resolve("errors"))
                            .filter(s -> !s.isEmpty())
                            .orElse("its first process ended at once"));
        }
        process.onExit().thenRun(() -> changed.accept(SandboxFiles.pod(values)));
    }

    void writeHosts(SandboxId id, String text) {
        try {
            // In place: running containers have this very file mounted.
            Files.writeString(files(id).hosts(), text);
        } catch (IOException e) {
            throw failed("can't write the hosts file of " + id, e);
        }
    }

    NetworkNamespace networkNamespace(SandboxId id) {
        return holder(id)
                .<NetworkNamespace>map(p -> new NetworkNamespace.OfProcess(p.pid()))
                .orElseGet(() -> {
                    if (config.privileged() && !SandboxFiles.is(values(id), "hostNetwork")) {
                        throw new ContainerRuntimeException(
                                Reason.NOT_FOUND, "sandbox " + id + " does not run");
                    }
                    return new NetworkNamespace.Host();
                });
    }

    /** The process that holds the namespaces; empty if the sandbox has none of its own. */
    Optional<ProcessHandle> holder(SandboxId id) {
        return files(id).pause().process();
    }

    /** Ends it; its containers have ended. */
    void stop(SandboxId id) {
        SandboxFiles files = files(id);
        Optional<Map<String, String>> values = files.values();
        if (values.isEmpty() || Files.exists(files.stopped())) {
            return;
        }
        try {
            Records.write(files.stopped(), "");
        } catch (IOException e) {
            throw failed("can't stop sandbox " + id, e);
        }
        holder(id)
                .ifPresent(p -> {
                    Children.killTree(p);
                    // Its network goes with it, so it must be gone before the address is given on.
                    Waiting.until(() -> files.pause().process().isEmpty(), PAUSE_STARTS_WITHIN);
                });
        changed.accept(SandboxFiles.pod(values.get()));
    }

    void remove(SandboxId id) {
        SandboxFiles files = files(id);
        Optional<Map<String, String>> values = files.values();
        Records.remove(files.root());
        values.ifPresent(v -> changed.accept(SandboxFiles.pod(v)));
    }

    private static ContainerRuntimeException failed(String what, IOException cause) {
        return new ContainerRuntimeException(
                Reason.CREATE_SANDBOX, what + ": " + cause.getMessage(), cause);
    }
}
