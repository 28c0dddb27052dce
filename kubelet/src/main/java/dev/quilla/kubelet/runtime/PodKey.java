package dev.quilla.kubelet.runtime;

/**
 * Which pod a thing on this machine belongs to. Two pods of the same name differ by their uid.
 *
 * @param uid the pod's uid
 * @param namespace the pod's namespace
 * @param name the pod's name
 */
public record PodKey(String uid, String namespace, String name) {

    @Override
    public String toString() {
        return namespace + "/" + name + "(" + uid + ")";
    }
}
