package dev.quilla.model;

/**
 * Names a collection without its version.
 *
 * @param group empty for the core group
 */
public record GroupResource(String group, String resource) {

    /** As error messages write it: {@code deployments.apps}, {@code pods}. */
    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
