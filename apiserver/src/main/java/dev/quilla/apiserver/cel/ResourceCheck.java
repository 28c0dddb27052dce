package dev.quilla.apiserver.cel;

import dev.quilla.apiserver.request.RequestInfo;

/**
 * A question about a resource, to which only the verb is missing: the value of the variable {@code
 * authorizer.requestResource}.
 */
public record ResourceCheck(Authority authority, RequestInfo what) {

    ResourceCheck withSubresource(String subresource) {
        return new ResourceCheck(
                authority,
                new RequestInfo(
                        what.verb(),
                        what.group(),
                        what.version(),
                        what.resource(),
                        subresource,
                        what.namespace(),
                        what.name(),
                        what.path()));
    }

    ResourceCheck withNamespace(String namespace) {
        return new ResourceCheck(
                authority,
                new RequestInfo(
                        what.verb(),
                        what.group(),
                        what.version(),
                        what.resource(),
                        what.subresource(),
                        namespace,
                        what.name(),
                        what.path()));
    }
}
