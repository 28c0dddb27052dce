package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.ApiReply.EventSource.Frame;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Event;
import dev.quilla.store.Events;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code GET} of a collection with {@code watch=true}. */
final class WatchVerb {

    /** How long a watch lasts whose client names no time. */
    private static final Duration LENGTH_DEFAULT = Duration.ofMinutes(40);

    private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(30);

    private final ResourceRegistry registry;
    private final ObjectStore objects;
    private final InstantSource clock;
    private final Lookup lookup;

    WatchVerb(ResourceRegistry registry, ObjectStore objects, Lookup lookup, InstantSource clock) {
        this.registry = registry;
        this.objects = objects;
        this.lookup = lookup;
        this.clock = clock;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        Selection selection = Selection.of(resource, call);
        String version = call.text("resourceVersion");
        boolean initialEvents = call.flag("sendInitialEvents");
        Sought sought = Sought.of(resource, call.info().namespace(), selection);
        Iterator<Frame> beginning = Collections.emptyIterator();
        long after;
        if (version.isEmpty() || version.equals("0") || initialEvents) {
            View view =
                    version.equals("0")
                            ? objects.local()
                            : version.isEmpty()
                                    ? objects.newest()
                                    : Freshnesses.atLeast(objects, Freshnesses.number(version));
            after = view.revision();
            if (call.param("sendInitialEvents").isEmpty() || initialEvents) {
                beginning =
                        new Beginning(
                                objects.outgoing(
                                        resource.type().definition(), lookup.entries(view, sought)),
                                selection,
                                initialEvents
                                        ? Optional.of(bookmark(resource, after, true))
                                        : Optional.empty());
            }
        } else {
            after = Freshnesses.number(version);
            View view = Freshnesses.atLeast(objects, after);
            checkKept(view, after);
        }
        long seconds = Options.seconds(call).orElse(0);
        Duration length = seconds > 0 ? Duration.ofSeconds(seconds) : LENGTH_DEFAULT;
        return new ApiReply.OfWatch(
                new Source(
                        resource,
                        selection,
                        lookup.watch(sought, after),
                        beginning,
                        clock.instant().plus(length),
                        call.flag("allowWatchBookmarks")));
    }

    private void checkKept(View view, long after) {
        if (after < view.revision()) {
            try (Watch probe = objects.store().watch(KeyRange.prefix("/none"), after)) {
                probe.next(Duration.ZERO);
            } catch (CompactedException e) {
                throw tooOld(after, view.revision());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ApiErrors.unavailable("the server is stopping");
            }
        }
    }

    private static ApiException tooOld(long after, long now) {
        return ApiErrors.expired("too old resource version: " + after + " (" + now + ")");
    }

    private static Frame bookmark(ServedResource resource, long revision, boolean endsInitial) {
        Definition type = resource.type().definition();
        // Nobody reads a schema that users made to say that nothing has happened.
        Struct empty =
                (type.custom() ? PartialObjectMetadata.definition() : type)
                        .empty()
                        .with("kind", resource.gvk().kind())
                        .with("apiVersion", resource.gvk().groupVersion().toString());
        Struct object =
                Metadata.edit(
                        empty,
                        m -> {
                            m.resourceVersion(Long.toString(revision));
                            return endsInitial
                                    ? m.annotations(Map.of("k8s.io/initial-events-end", "true"))
                                    : m;
                        });
        return new Frame("BOOKMARK", () -> object);
    }

    private final class Source implements ApiReply.EventSource {
        private final ServedResource resource;
        private final Selection selection;
        private final Watch watch;
        private final Iterator<Frame> beginning;
        private final Instant end;
        private final boolean bookmarks;
        private Instant nextBookmark;
        private volatile boolean closed;

        Source(
                ServedResource resource,
                Selection selection,
                Watch watch,
                Iterator<Frame> beginning,
                Instant end,
                boolean bookmarks) {
            this.resource = resource;
            this.selection = selection;
            this.watch = watch;
            this.beginning = beginning;
            this.end = end;
            this.bookmarks = bookmarks;
            this.nextBookmark = clock.instant().plus(BOOKMARK_EVERY);
        }

        @Override
        public Optional<List<Frame>> next(Duration atMost) throws InterruptedException {
            Instant now = clock.instant();
            if (closed || !now.isBefore(end)) {
                return Optional.empty();
            }
            Duration left = Duration.between(now, end);
            try {
                if (beginning.hasNext()) {
                    return Optional.of(List.of(beginning.next()));
                }
                Events events = watch.next(left.compareTo(atMost) < 0 ? left : atMost);
                List<Frame> frames = new ArrayList<>();
                Definition definition = resource.type().definition();
                for (Event event : events.events()) {
                    lookup.changes().of(definition, event).frame(selection).ifPresent(frames::add);
                }
                if (frames.isEmpty() && !isServed()) {
                    closed = true;
                    return Optional.empty();
                }
                if (bookmarks && frames.isEmpty() && clock.instant().isAfter(nextBookmark)) {
                    frames.add(bookmark(resource, events.revision(), false));
                }
                if (!frames.isEmpty()) {
                    nextBookmark = clock.instant().plus(BOOKMARK_EVERY);
                }
                return Optional.of(frames);
            } catch (CompactedException e) {
                return failed(tooOld(0, objects.local().revision()));
            } catch (ApiException e) {
                // An object that can't be read: the answer has begun, so it is told as an event.
                return failed(e);
            }
        }

        @Override
        public boolean hasBegun() {
            return !beginning.hasNext();
        }

        private Optional<List<Frame>> failed(ApiException why) {
            closed = true;
            Struct status = why.status().struct();
            return Optional.of(List.of(new Frame("ERROR", () -> status)));
        }

        /** What users define may be gone, or be something else by now. */
        private boolean isServed() {
            return !resource.type().definition().custom()
                    || registry.find(resource.type().gvr()).filter(resource::equals).isPresent();
        }

        @Override
        public void close() {
            closed = true;
            watch.close();
        }
    }
}
