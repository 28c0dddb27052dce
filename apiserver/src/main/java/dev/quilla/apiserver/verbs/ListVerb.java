package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.OutgoingList;
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

/** {@code GET} of a collection. */
final class ListVerb {

    /** A page may end anywhere, so what comes after it should not be decoded in vain. */
    private static final int DECODED_AT_ONCE = 100;

    private final ObjectStore objects;

    ListVerb(ObjectStore objects) {
        this.objects = objects;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        return new ApiReply.OfList(list(resource, call));
    }

    private record Place(long revision, Key last) {

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
        KeyRange range = Keys.objects(resource.groupResource(), call.info().namespace());
        String token = call.text("continue");
        View view;
        if (token.isEmpty()) {
            view = Freshnesses.view(objects, call);
        } else {
            Place place = Place.decode(token);
            if (!range.contains(place.last())) {
                throw ApiErrors.badRequest("continue key is not valid");
            }
            view = viewAt(place.revision());
            range = range.after(place.last());
        }
        return page(resource, definition, view, range, selection, limit(call));
    }

    private OutgoingList page(
            ServedResource resource,
            Definition definition,
            View view,
            KeyRange range,
            Selection selection,
            int limit) {
        List<Outgoing> items = new ArrayList<>();
        List<Entry> entries = view.range(range, 0);
        String next = "";
        long remaining = 0;
        List<Outgoing> some = List.of();
        for (int i = 0; i < entries.size(); i++) {
            if (i % DECODED_AT_ONCE == 0) {
                int end = Math.min(i + DECODED_AT_ONCE, entries.size());
                some = objects.outgoing(resource.type().definition(), entries.subList(i, end));
            }
            Outgoing object = some.get(i % DECODED_AT_ONCE);
            if (!selection.matches(object)) {
                continue;
            }
            items.add(object);
            if (limit > 0 && items.size() == limit && i + 1 < entries.size()) {
                next = new Place(view.revision(), entries.get(i).key()).encode();
                remaining = entries.size() - 1L - i;
                break;
            }
        }
        ListMeta.Builder metadata =
                ListMeta.builder().resourceVersion(Long.toString(view.revision()));
        if (!next.isEmpty()) {
            metadata.continue_(next);
            if (selection.isEverything()) {
                metadata.remainingItemCount(remaining);
            }
        }
        Struct frame =
                definition
                        .empty()
                        .edit()
                        .set(definition.field("kind"), kind(resource, definition))
                        .set(
                                definition.field("apiVersion"),
                                resource.gvk().groupVersion().toString())
                        .set(definition.field("metadata"), metadata.build().struct())
                        .build();
        return new OutgoingList(frame, items);
    }

    private static String kind(ServedResource resource, Definition list) {
        return list.custom() ? list.kinds().getFirst().kind() : resource.gvk().kind() + "List";
    }

    private View viewAt(long revision) {
        try {
            Freshnesses.atLeast(objects, revision);
            return objects.store().viewAt(revision);
        } catch (CompactedException e) {
            throw ApiErrors.expired(
                    "The provided continue parameter is too old to display a consistent list result."
                            + " You can start a new list without the continue parameter.");
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
