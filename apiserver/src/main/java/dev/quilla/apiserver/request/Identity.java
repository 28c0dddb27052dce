package dev.quilla.apiserver.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who makes a request.
 *
 * @param user the name
 * @param groups the groups it is in
 * @param extra what else the authenticator knows
 */
public record Identity(
        String user, String uid, List<String> groups, Map<String, List<String>> extra) {

    /** Everybody who has proven who they are. */
    public static final String AUTHENTICATED = "system:authenticated";

    private static final String NODE = "system:node:";

    /** May do everything, whatever the roles say. */
    public static final String MASTERS = "system:masters";

    /** Somebody who has not said who they are. */
    public static final Identity ANONYMOUS =
            new Identity("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    public Identity {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** Somebody known, who is therefore also in the group of all who are. */
    public static Identity known(String user, String uid, List<String> groups) {
        List<String> all = new ArrayList<>(groups);
        if (!all.contains(AUTHENTICATED)) {
            all.add(AUTHENTICATED);
        }
        return new Identity(user, uid, all, Map.of());
    }

    /** A service account, with the groups that all of them are in. */
    public static Identity serviceAccount(String namespace, String name, String uid) {
        return known(
                "system:serviceaccount:" + namespace + ":" + name,
                uid,
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace));
    }

    /** The same, of whom the authenticator knows more. */
    public Identity with(Map<String, List<String>> more) {
        return new Identity(user, uid, groups, more);
    }

    /** Whether this is a kubelet. */
    public boolean isNode() {
        return groups.contains("system:nodes") && user.startsWith(NODE);
    }

    /** The node whose kubelet this is; empty for everybody else. */
    public String nodeName() {
        return isNode() ? user.substring(NODE.length()) : "";
    }
}
