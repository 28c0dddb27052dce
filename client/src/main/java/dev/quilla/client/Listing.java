package dev.quilla.client;

import dev.quilla.model.meta.v1.ListMeta;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Objects of one resource at one revision.
 *
 * @param items the objects, or one page of them
 */
public record Listing<T>(List<T> items, ListMeta metadata) implements Iterable<T> {

    /** The revision at which the objects were so; where to start a watch. */
    public String resourceVersion() {
        return metadata.resourceVersion();
    }

    /** Asks for the next page; empty after the last. */
    public String continueToken() {
        return metadata.continue_();
    }

    /** The objects. */
    public Stream<T> stream() {
        return items.stream();
    }

    @Override
    public Iterator<T> iterator() {
        return items.iterator();
    }
}
