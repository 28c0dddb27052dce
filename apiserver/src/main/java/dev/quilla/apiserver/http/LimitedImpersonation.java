package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to be taken for somebody for certain requests only: it needs the right to be taken for them
 * in this way, and the right to do so for what is asked. Kubernetes calls it constrained
 * impersonation (KEP 5284).
 *
 * @param mode {@code user-info}, {@code serviceaccount}, {@code arbitrary-node} or {@code
 *     associated-node}
 * @param identity who it is then
 * @param who what whoever really asks must be allowed, whatever is asked
 */
record LimitedImpersonation(String mode, Identity identity, List<RequestInfo> who) {

    private static final String NODE = "system:node:";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String NODE_OF_ACCOUNT = "authentication.kubernetes.io/node-name";

    LimitedImpersonation {
        who = List.copyOf(who);
    }

    /**
     * The ways that are open for what a request says, the narrowest first. Nodes and service
     * accounts are taken with the groups that they have; who says more of them needs the right to
     * be taken for them whatever is asked.
     *
     * @param real who really asks
     */
    static List<LimitedImpersonation> of(Impersonation said, Identity real) {
        if (said.user().startsWith(NODE)) {
            return said.isUserAlone() ? nodes(said.user(), real) : List.of();
        }
        if (said.user().startsWith(ACCOUNT)) {
            return said.isAccount() && said.isUserAlone()
                    ? List.of(of("serviceaccount", said))
                    : List.of();
        }
        return List.of(of("user-info", said));
    }

    private static LimitedImpersonation of(String mode, Impersonation said) {
        return new LimitedImpersonation(mode, said.identity(), said.limitedRights(verb(mode)));
    }

    private static List<LimitedImpersonation> nodes(String user, Identity real) {
        String name = user.substring(NODE.length());
        List<LimitedImpersonation> ways = new ArrayList<>();
        boolean runsThere =
                real.user().startsWith(ACCOUNT)
                        && real.extra()
                                .getOrDefault(NODE_OF_ACCOUNT, List.of())
                                .equals(List.of(name));
        if (runsThere) {
            ways.add(node("associated-node", user, name));
        }
        ways.add(node("arbitrary-node", user, name));
        return ways;
    }

    private static LimitedImpersonation node(String mode, String user, String name) {
        RequestInfo right =
                new RequestInfo(
                        verb(mode), "authentication.k8s.io", "v1", "nodes", "", "", name, "");
        Identity node = Identity.known(user, "", List.of("system:nodes"));
        return new LimitedImpersonation(mode, node, List.of(right));
    }

    private static String verb(String mode) {
        return "impersonate:" + mode;
    }

    /** The right by which it is done, as the audit log calls it. */
    String verb() {
        return verb(mode);
    }

    /** All that whoever really asks must be allowed, to ask this. */
    List<RequestInfo> rights(RequestInfo what) {
        List<RequestInfo> all = new ArrayList<>();
        all.add(what.withVerb("impersonate-on:" + mode + ":" + what.verb()));
        all.addAll(who);
        return all;
    }
}
