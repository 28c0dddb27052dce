package dev.quilla.model;

/**
 * Names a kind of object.
 *
 * @param group empty for the core group
 */
public record GroupVersionKind(String group, String version, String kind) {

    /** Reads {@code apps/v1/Deployment} or {@code v1/Pod}. */
    public static GroupVersionKind parse(String text) {
        int slash = text.lastIndexOf('/');
        return GroupVersion.parse(text.substring(0, slash)).kind(text.substring(slash + 1));
    }

    /** Its group and version; as text, the object's {@code apiVersion}. */
    public GroupVersion groupVersion() {
        return new GroupVersion(group, version);
    }

    @Override
    public String toString() {
        return groupVersion() + "/" + kind;
    }
}
