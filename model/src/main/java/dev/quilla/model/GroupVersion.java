package dev.quilla.model;

/**
 * A version of an API group.
 *
 * @param group empty for the core group
 * @param version such as {@code v1}
 */
public record GroupVersion(String group, String version) {

    /** Reads {@code apps/v1}, or {@code v1} for the core group. */
    public static GroupVersion parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new GroupVersion("", text)
                : new GroupVersion(text.substring(0, slash), text.substring(slash + 1));
    }

    /** The kind of that name in this version. */
    public GroupVersionKind kind(String kind) {
        return new GroupVersionKind(group, version, kind);
    }

    /** The resource of that name in this version. */
    public GroupVersionResource resource(String resource) {
        return new GroupVersionResource(group, version, resource);
    }

    @Override
    public String toString() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
