package dev.quilla.kubelet.runtime;

/**
 * Who we are to a registry, from an image pull secret.
 *
 * @param registry its host, with port if any
 */
public record RegistryLogin(String registry, String user, String password) {

    @Override
    public String toString() {
        return user + "@" + registry;
    }
}
