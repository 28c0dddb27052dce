package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.PodKey;
import dev.quilla.kubelet.runtime.Sandbox;
import dev.quilla.kubelet.runtime.SandboxId;
import dev.quilla.kubelet.runtime.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One sandbox's directory, with its containers' in it. */
record SandboxFiles(Path root) {

    Path record() {
        return root.resolve("sandbox");
    }

    Path ready() {
        return root.resolve("ready");
    }

    Path stopped() {
        return root.resolve("stopped");
    }

    Path hosts() {
        return root.resolve("hosts");
    }

    Path resolvConf() {
        return root.resolve("resolv.conf");
    }

    PidFile pause() {
        return new PidFile(root.resolve("pause"));
    }

    Path containers() {
        return root.resolve("containers");
    }

    void write(SandboxSpec spec) throws IOException {
        Files.createDirectories(containers());
        if (!spec.resolvConf().isEmpty()) {
            Records.write(resolvConf(), spec.resolvConf());
        }
        Map<String, String> values = new TreeMap<>(Records.prefixed("label.", spec.labels()));
        values.putAll(Records.prefixed("sysctl.", spec.sysctls()));
        values.put("uid", spec.pod().uid());
        values.put("namespace", spec.pod().namespace());
        values.put("name", spec.pod().name());
        values.put("attempt", Integer.toString(spec.attempt()));
        values.put("hostname", spec.hostname());
        values.put("hostNetwork", Boolean.toString(spec.hostNetwork()));
        values.put("hostPid", Boolean.toString(spec.hostPid()));
        values.put("hostIpc", Boolean.toString(spec.hostIpc()));
        values.put("sharedPid", Boolean.toString(spec.shareProcessNamespace()));
        Records.writeMap(record(), values);
    }

    /** What was written at its making; empty if it was never wholly made. */
    Optional<Map<String, String>> values() {
        return Records.readMap(record());
    }

    static PodKey pod(Map<String, String> values) {
        return new PodKey(
                values.getOrDefault("uid", ""),
                values.getOrDefault("namespace", ""),
                values.getOrDefault("name", ""));
    }

    static boolean is(Map<String, String> values, String name) {
        return Boolean.parseBoolean(values.get(name));
    }

    Optional<Sandbox> find() {
        return values().map(v ->
                new Sandbox(
                        new SandboxId(root.getFileName().toString()),
                        pod(v),
                        Integer.parseInt(v.getOrDefault("attempt", "0")),
                        state(),
                        Records.writtenAt(record()),
                        Records.unprefixed("label.", v)));
    }

    private Sandbox.State state() {
        if (Files.exists(stopped())) {
            return Sandbox.State.STOPPED;
        }
        if (!Files.exists(ready())) {
            return Sandbox.State.CREATED;
        }
        boolean paused = Boolean.parseBoolean(Records.read(ready()).orElse("false"));
        return paused && pause().process().isEmpty() ? Sandbox.State.STOPPED : Sandbox.State.READY;
    }
}
