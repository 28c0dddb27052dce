package dev.quilla.apiserver.cel;

import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.RequestInfo.Selection;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;

/**
 * A question about a resource, to which only the verb is missing: the value of the variable {@code
 * authorizer.requestResource}.
 */
public record ResourceCheck(Authority authority, RequestInfo what) {

    private ResourceCheck with(RequestInfo other) {
        return new ResourceCheck(authority, other);
    }

    ResourceCheck withSubresource(String subresource) {
        return with(what.withSubresource(subresource));
    }

    ResourceCheck withNamespace(String namespace) {
        return with(what.withNamespace(namespace));
    }

    ResourceCheck withName(String name) {
        return with(what.withName(name));
    }

    /** A selector that can't be read limits nothing: the question is about all objects then. */
    ResourceCheck withFieldSelector(String selector) {
        try {
            return with(
                    what.withSelection(
                            new Selection(
                                    FieldSelector.parse(selector), what.selection().labels())));
        } catch (IllegalArgumentException e) {
            return this;
        }
    }

    /** As {@link #withFieldSelector}. */
    ResourceCheck withLabelSelector(String selector) {
        try {
            return with(
                    what.withSelection(
                            new Selection(what.selection().fields(), Selector.parse(selector))));
        } catch (IllegalArgumentException e) {
            return this;
        }
    }
}
