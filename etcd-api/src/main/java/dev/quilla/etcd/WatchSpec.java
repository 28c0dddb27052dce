package dev.quilla.etcd;

import com.google.protobuf.ByteString;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchCreateRequest.FilterType;

/**
 * What one watch of a stream wants.
 *
 * @param id its number in the stream
 * @param afterRevision it wants what happened after this
 * @param puts whether it wants writes
 * @param deletes whether it wants removals
 * @param previous whether it wants what was there before
 * @param progress whether it wants to be told how far it is when nothing happens
 * @param fragments whether a large answer may be cut
 */
record WatchSpec(
        long id,
        KeyRange range,
        long afterRevision,
        boolean puts,
        boolean deletes,
        boolean previous,
        boolean progress,
        boolean fragments) {

    private static final int WATCH_ID_FIELD = 7;
    private static final int FRAGMENT_FIELD = 8;

    private static final ByteString LEAST = ByteString.copyFrom(new byte[1]);

    /** The number that a client has chosen for a watch; 0 if it leaves that to us. */
    static long chosenId(WatchCreateRequest request) {
        return Extras.number(request, WATCH_ID_FIELD);
    }

    static WatchSpec of(WatchCreateRequest request, long id, long newest) {
        long start = request.getStartRevision();
        return new WatchSpec(
                id,
                range(request),
                // At the first revision nothing has happened yet, which is never forgotten.
                start > 0 ? Math.max(start - 1, View.FIRST) : newest,
                !request.getFiltersList().contains(FilterType.NOPUT),
                !request.getFiltersList().contains(FilterType.NODELETE),
                request.getPrevKv(),
                request.getProgressNotify(),
                Extras.number(request, FRAGMENT_FIELD) != 0);
    }

    /** No key means the least one; a range whose end is not after its start has none. */
    private static KeyRange range(WatchCreateRequest request) {
        ByteString key = request.getKey().isEmpty() ? LEAST : request.getKey();
        return Keys.range(key, request.getRangeEnd());
    }

    boolean isEmpty() {
        return range.start().compareTo(range.end()) >= 0;
    }

    /** The only key that it watches, if it is one. */
    boolean isOneKey() {
        return range.end().length() == range.start().length() + 1
                && range.end().startsWith(range.start())
                && range.end().endsWith("\0");
    }
}
