package dev.quilla.model;

/**
 * Names a collection of the API.
 *
 * @param group empty for the core group
 * @param resource the plural in lower case, as in paths
 */
public record GroupVersionResource(String group, String version, String resource) {

    /** Its group and version. */
    public GroupVersion groupVersion() {
        return new GroupVersion(group, version);
    }

    /** The same resource in whichever version. */
    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }

    @Override
    public String toString() {
        return groupVersion() + "/" + resource;
    }
}
