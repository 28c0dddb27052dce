package dev.quilla.ctl.cluster;

import java.util.List;
import java.util.Locale;

/**
 * A resource as the server offers it.
 *
 * @param group empty for the core group
 * @param plural its name in paths
 * @param namespaced whether its objects live in namespaces
 * @param subresources names such as {@code scale}
 */
public record Resource(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        List<String> verbs,
        List<String> subresources) {

    public Resource {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        verbs = List.copyOf(verbs);
        subresources = List.copyOf(subresources);
    }

    /**
     * Whether people call it so: by plural, singular, short name or kind, the group after a dot.
     */
    public boolean isCalled(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        if (dot < 0) {
            return hasName(name);
        }
        String rest = name.substring(dot + 1);
        return hasName(name.substring(0, dot))
                && (rest.equals(group) || rest.equals(version + "." + group));
    }

    private boolean hasName(String name) {
        return name.equals(plural)
                || name.equals(singular)
                || name.equals(kind.toLowerCase(Locale.ROOT))
                || shortNames.contains(name);
    }

    /** {@code v1}, {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The path of the collection; the empty namespace means all of them. */
    public String path(String namespace) {
        String base = (group.isEmpty() ? "/api/" : "/apis/") + apiVersion();
        return namespaced && !namespace.isEmpty()
                ? base + "/namespaces/" + namespace + "/" + plural
                : base + "/" + plural;
    }

    /** The path of one object. */
    public String path(String namespace, String name) {
        return path(namespace) + "/" + name;
    }

    /** {@code pod}, {@code deployment.apps}: how output names it. */
    public String singularWithGroup() {
        String one = kind.toLowerCase(Locale.ROOT);
        return group.isEmpty() ? one : one + "." + group;
    }

    /** {@code pods}, {@code deployments.apps}. */
    public String pluralWithGroup() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
