package dev.quilla.kubelet.runtime;

/** A container's id, given by the runtime: what follows {@code docker://} in a pod's status. */
public record ContainerId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
