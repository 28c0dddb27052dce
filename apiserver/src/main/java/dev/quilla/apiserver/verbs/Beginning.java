package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.ApiReply.EventSource.Frame;
import dev.quilla.apiserver.request.Outgoing;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a watch begins with: the objects that are there, one after the other, so that they need not
 * be in memory together. For one thread.
 */
final class Beginning implements Iterator<Frame> {

    private final Iterator<Outgoing> objects;
    private final Selection selection;
    private Optional<Frame> end;

    /** Read ahead, so that what can't be read at all is known before anything is answered. */
    private Optional<Frame> ready;

    /**
     * Begins with those of the objects that are selected.
     *
     * @param objects read while they are told
     * @param end what is told after them
     * @throws dev.quilla.model.ApiException if the first of them can't be read
     */
    Beginning(List<Outgoing> objects, Selection selection, Optional<Frame> end) {
        this.objects = objects.iterator();
        this.selection = selection;
        this.end = end;
        this.ready = read();
    }

    private Optional<Frame> read() {
        while (objects.hasNext()) {
            Outgoing object = objects.next();
            if (selection.matches(object)) {
                return Optional.of(new Frame("ADDED", object));
            }
        }
        Optional<Frame> last = end;
        end = Optional.empty();
        return last;
    }

    @Override
    public boolean hasNext() {
        return ready.isPresent();
    }

    /**
     * The next object.
     *
     * @throws dev.quilla.model.ApiException if the one after it can't be read
     */
    @Override
    public Frame next() {
        Frame next = ready.orElseThrow(NoSuchElementException::new);
        ready = read();
        return next;
    }
}
