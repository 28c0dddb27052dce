package dev.quilla.kubelet.runtime;

/**
 * What kind of runtime this is.
 *
 * @param name {@code docker} or {@code process}: also the scheme of container ids
 * @param version of the engine
 */
public record RuntimeInfo(String name, String version) {

    /** As a node's status shows it. */
    public String nodeVersion() {
        return name + "://" + version;
    }
}
