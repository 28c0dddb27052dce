package dev.quilla.client;

import dev.quilla.client.ApiRequest.QueryParam;
import java.util.ArrayList;
import java.util.List;

/**
 * Which objects to list or watch. Empty strings mean that a choice is left to the server.
 *
 * @param namespace empty for all namespaces, and for resources of the whole cluster
 * @param labelSelector as in {@code a=b,c!=d}
 * @param fieldSelector as in {@code spec.nodeName=n1}
 * @param resourceVersion for a list how fresh it must be, for a watch where it starts
 * @param resourceVersionMatch {@code Exact} or {@code NotOlderThan}
 * @param limit how many at once; 0 for all
 * @param continueToken where the page before ended
 */
public record ListOptions(
        String namespace,
        String labelSelector,
        String fieldSelector,
        String resourceVersion,
        String resourceVersionMatch,
        int limit,
        String continueToken) {

    /** Everything, as fresh as can be. */
    public static final ListOptions ALL = new ListOptions("", "", "", "", "", 0, "");

    /** Everything in a namespace. */
    public static ListOptions inNamespace(String namespace) {
        return ALL.withNamespace(namespace);
    }

    /** Everything that a field selector chooses. */
    public static ListOptions byField(String fieldSelector) {
        return ALL.withFieldSelector(fieldSelector);
    }

    /** Everything that a label selector chooses. */
    public static ListOptions byLabel(String labelSelector) {
        return ALL.withLabelSelector(labelSelector);
    }

    /** The same within a namespace. */
    public ListOptions withNamespace(String only) {
        return new ListOptions(
                only,
                labelSelector,
                fieldSelector,
                resourceVersion,
                resourceVersionMatch,
                limit,
                continueToken);
    }

    /** The same for objects with certain labels. */
    public ListOptions withLabelSelector(String selector) {
        return new ListOptions(
                namespace,
                selector,
                fieldSelector,
                resourceVersion,
                resourceVersionMatch,
                limit,
                continueToken);
    }

    /** The same for objects with certain values of fields. */
    public ListOptions withFieldSelector(String selector) {
        return new ListOptions(
                namespace,
                labelSelector,
                selector,
                resourceVersion,
                resourceVersionMatch,
                limit,
                continueToken);
    }

    /** The same at a revision; a match is only for lists. */
    public ListOptions withResourceVersion(String version, String match) {
        return new ListOptions(
                namespace, labelSelector, fieldSelector, version, match, limit, continueToken);
    }

    /** One page: so many objects, after where the token says. */
    public ListOptions withPage(int size, String token) {
        return new ListOptions(
                namespace,
                labelSelector,
                fieldSelector,
                resourceVersion,
                resourceVersionMatch,
                size,
                token);
    }

    List<QueryParam> query() {
        List<QueryParam> query = new ArrayList<>();
        add(query, "labelSelector", labelSelector);
        add(query, "fieldSelector", fieldSelector);
        add(query, "resourceVersion", resourceVersion);
        add(query, "resourceVersionMatch", resourceVersionMatch);
        add(query, "limit", limit == 0 ? "" : Integer.toString(limit));
        add(query, "continue", continueToken);
        return query;
    }

    private static void add(List<QueryParam> query, String name, String value) {
        if (!value.isEmpty()) {
            query.add(new QueryParam(name, value));
        }
    }
}
