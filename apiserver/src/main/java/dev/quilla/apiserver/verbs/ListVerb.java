package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.apiserver.request.Turn;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.store.CompactedException;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** {@code GET} of a collection. */
final class ListVerb {

    /** So many entries are looked at before others may run: some milliseconds' work. */
    private static final int LOOKED_AT_ONCE = 256;

    private final ObjectStore objects;
    private final Lookup lookup;

    ListVerb(ObjectStore objects, Lookup lookup) {
        this.objects = objects;
        this.lookup = lookup;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        return new ApiReply.OfList(list(resource, call));
    }

    /**
     * Where a list goes on.
     *
     * @param revision the state in which it does; {@link #NEWEST} for the newest, whatever that is
     */
    private record Place(long revision, Key last) {

        private static final long NEWEST = -1;

        boolean isNewest() {
            return revision == NEWEST;
        }

        /** The same place, for who takes it that what was listed before may be another state. */
        Place inNewest() {
            return new Place(NEWEST, last);
        }

        String encode() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            (revision + " " + last.text()).getBytes(StandardCharsets.UTF_8));
        }

        static Place decode(String token) {
            try {
                String text =
                        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                int blank = text.indexOf(' ');
                return new Place(
                        Long.parseLong(text.substring(0, blank)),
                        new Key(text.substring(blank + 1)));
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                throw ApiErrors.badRequest("continue key is not valid");
            }
        }
    }

    /** The list, in the state that the call asks for. */
    OutgoingList list(ServedResource resource, ApiCall call) {
        Definition definition =
                resource.type()
                        .listDefinition()
                        .orElseThrow(() ->
                                ApiErrors.methodNotSupported(resource.groupResource(), "list"));
        Selection selection = Selection.of(resource, call);
        Sought sought = Sought.of(resource, call.info().namespace(), selection);
        String token = call.text("continue");
        View view;
        if (token.isEmpty()) {
            view = Freshnesses.view(objects, call);
        } else {
            String version = call.text("resourceVersion");
            if (!version.isEmpty() && !version.equals("0")) {
                throw ApiErrors.badRequest(
                        "specifying resource version is not allowed when using continue");
            }
            Place place = Place.decode(token);
            if (!Keys.objects(resource.groupResource(), call.info().namespace())
                    .contains(place.last())) {
                throw ApiErrors.badRequest("continue key is not valid");
            }
            view = place.isNewest() ? objects.newest() : viewAt(place);
            sought = sought.after(place.last());
        }
        // From here on nothing is waited for.
        call.turn().take();
        Page page =
                selection.isEverything()
                        ? everything(view, sought.range(), limit(call))
                        : chosen(
                                lookup.entries(view, sought),
                                resource.type().definition(),
                                selection,
                                limit(call),
                                call.turn());
        List<Outgoing> items = objects.outgoing(resource.type().definition(), page.entries());
        // Of the first ones it is known, before anything is answered, whether they can be read.
        Optional<Outgoing> _ = items.stream().findFirst();
        return new OutgoingList(
                frame(resource, definition, metadata(view, page, selection)), items);
    }

    /**
     * What is answered.
     *
     * @param left how many entries that come after it were not looked at
     */
    private record Page(List<Entry> entries, long left) {}

    private static Page everything(View view, KeyRange range, int limit) {
        List<Entry> entries = view.range(range, limit);
        return new Page(entries, limit == 0 ? 0 : view.count(range) - entries.size());
    }

    private Page chosen(
            List<Entry> entries, Definition definition, Selection selection, int limit, Turn turn) {
        List<Outgoing> items = objects.outgoing(definition, entries);
        List<Entry> chosen = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (i % LOOKED_AT_ONCE == LOOKED_AT_ONCE - 1) {
                turn.pause();
            }
            if (selection.matches(items.get(i))) {
                chosen.add(entries.get(i));
                if (chosen.size() == limit) {
                    return new Page(chosen, entries.size() - 1L - i);
                }
            }
        }
        return new Page(chosen, 0);
    }

    private static ListMeta metadata(View view, Page page, Selection selection) {
        ListMeta.Builder metadata =
                ListMeta.builder().resourceVersion(Long.toString(view.revision()));
        if (page.left() > 0) {
            metadata.continue_(new Place(view.revision(), page.entries().getLast().key()).encode());
            if (selection.isEverything()) {
                metadata.remainingItemCount(page.left());
            }
        }
        return metadata.build();
    }

    private static Struct frame(ServedResource resource, Definition definition, ListMeta metadata) {
        return definition
                .empty()
                .edit()
                .set(definition.field("kind"), kind(resource, definition))
                .set(definition.field("apiVersion"), resource.gvk().groupVersion().toString())
                .set(definition.field("metadata"), metadata.struct())
                .build();
    }

    private static String kind(ServedResource resource, Definition list) {
        return list.custom() ? list.kinds().getFirst().kind() : resource.gvk().kind() + "List";
    }

    private View viewAt(Place place) {
        try {
            Freshnesses.atLeast(objects, place.revision());
            return objects.store().viewAt(place.revision());
        } catch (CompactedException e) {
            throw ApiErrors.expired(
                    "The provided continue parameter is too old to display a consistent list result."
                            + " You can start a new list without the continue parameter, or go on"
                            + " with the one in this answer, in the newest state: then what changed"
                            + " meanwhile may be missing or there twice.",
                    place.inNewest().encode());
        }
    }

    private static int limit(ApiCall call) {
        String text = call.text("limit");
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw ApiErrors.badRequest("limit must be a whole number, not \"" + text + "\"");
        }
    }
}
