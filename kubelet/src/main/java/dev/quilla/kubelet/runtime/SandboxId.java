package dev.quilla.kubelet.runtime;

/** A sandbox's id, given by the runtime. */
public record SandboxId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
