package dev.quilla.apiserver.discovery;

import dev.quilla.model.GroupVersion;
import java.util.Locale;

/** The names by which Kubernetes' clients know operations, such as {@code listCoreV1Node}. Pure. */
final class OperationNames {

    private static final String OFFICIAL = ".k8s.io";

    private OperationNames() {}

    /** A version of a group within the name of an operation. */
    static String version(GroupVersion gv) {
        return group(gv.group()) + capital(gv.version());
    }

    /** A group within the name of an operation. */
    static String group(String group) {
        if (group.isEmpty()) {
            return "Core";
        }
        StringBuilder name = new StringBuilder();
        for (String part : plain(group).split("\\.")) {
            name.append(capital(part));
        }
        return name.toString();
    }

    /** What the operations of a version of a group are filed under. */
    static String tag(GroupVersion gv) {
        return tag(gv.group()) + "_" + gv.version();
    }

    /** What the operations of a group are filed under. */
    static String tag(String group) {
        String name = group(group);
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** A word as it stands within a name. */
    static String capital(String word) {
        return word.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static String plain(String group) {
        return group.endsWith(OFFICIAL)
                ? group.substring(0, group.length() - OFFICIAL.length())
                : group;
    }
}
