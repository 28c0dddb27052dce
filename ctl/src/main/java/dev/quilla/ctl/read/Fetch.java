package dev.quilla.ctl.read;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.session.Selection;
import dev.quilla.model.ApiException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads targets one after the other; what isn't there is said, and the rest still read. */
final class Fetch {

    private static final int PAGE = 500;

    private final Cluster cluster;
    private final String namespace;
    private final Selection selection;
    private final boolean ignoreNotFound;
    private final PrintStream err;
    private boolean failed;

    Fetch(
            Cluster cluster,
            String namespace,
            Selection selection,
            boolean ignoreNotFound,
            PrintStream err) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.selection = selection;
        this.ignoreNotFound = ignoreNotFound;
        this.err = err;
    }

    /** Whether something wasn't there. */
    boolean failed() {
        return failed;
    }

    /** A target in some form. */
    Optional<Tree> get(Target target, String accept) {
        try {
            return Optional.of(cluster.call(request(target).withAccept(accept)));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            if (!ignoreNotFound) {
                err.println(Failures.line(e));
                failed = true;
            }
            return Optional.empty();
        }
    }

    private ApiRequest request(Target target) {
        Resource resource = target.resource();
        if (!target.name().isEmpty()) {
            return ApiRequest.get(resource.path(namespace, target.name()));
        }
        return selection.of(ApiRequest.get(resource.path(namespace)));
    }

    /** A target's objects, page by page. */
    List<Tree> objects(Target target) {
        if (!target.name().isEmpty()) {
            return get(target, "application/json").stream().toList();
        }
        List<Tree> objects = new ArrayList<>();
        String token = "";
        do {
            ApiRequest page = request(target).withQuery("limit", Integer.toString(PAGE));
            Tree list = cluster.call(token.isEmpty() ? page : page.withQuery("continue", token));
            list.trees("items").forEach(item -> objects.add(withKind(target.resource(), item)));
            token = list.text("metadata", "continue");
        } while (!token.isEmpty());
        return objects;
    }

    /** Items of a list don't say what they are. */
    private static Tree withKind(Resource resource, Tree item) {
        return item.with(resource.apiVersion(), "apiVersion").with(resource.kind(), "kind");
    }
}
