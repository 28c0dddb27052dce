package dev.quilla.etcd;

import com.google.protobuf.UnsafeByteOperations;
import dev.quilla.store.Entry;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads a range in all the ways that etcd knows. */
final class Ranges {

    private Ranges() {}

    static KeyRange range(RangeRequest request) {
        return Keys.range(request.getKey(), request.getRangeEnd());
    }

    static RangeResponse.Builder read(RangeRequest request, View view) {
        KeyRange range = range(request);
        List<Entry> entries =
                request.getCountOnly() ? List.of() : view.range(range, needed(request));
        return answer(request, entries, view.count(range));
    }

    /** How many entries of a range the answer needs at the most; 0 for all. */
    static int needed(RangeRequest request) {
        if (request.getCountOnly()) {
            return 1;
        }
        boolean all = isSorted(request) || isFiltered(request) || request.getLimit() <= 0;
        return all ? 0 : (int) Math.min(request.getLimit() + 1, Integer.MAX_VALUE);
    }

    /**
     * Makes the answer.
     *
     * @param entries as many as are needed, by key
     * @param count how many the range has
     */
    static RangeResponse.Builder answer(RangeRequest request, List<Entry> entries, long count) {
        RangeResponse.Builder answer = RangeResponse.newBuilder().setCount(count);
        if (request.getCountOnly()) {
            return answer;
        }
        Stream<Entry> found = entries.stream();
        if (isFiltered(request)) {
            found = found.filter(entry -> isWanted(request, entry));
        }
        if (isSorted(request)) {
            found = found.sorted(order(request));
        }
        List<Entry> all = found.toList();
        long limit = request.getLimit();
        boolean more = limit > 0 && all.size() > limit;
        for (Entry entry : more ? all.subList(0, (int) limit) : all) {
            answer.addKvs(keyValue(entry, !request.getKeysOnly()));
        }
        return answer.setMore(more);
    }

    private static boolean isFiltered(RangeRequest request) {
        return request.getMinModRevision() != 0
                || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0
                || request.getMaxCreateRevision() != 0;
    }

    private static boolean isWanted(RangeRequest request, Entry entry) {
        return isWithin(
                        entry.modRevision(),
                        request.getMinModRevision(),
                        request.getMaxModRevision())
                && isWithin(
                        entry.createRevision(),
                        request.getMinCreateRevision(),
                        request.getMaxCreateRevision());
    }

    private static boolean isWithin(long revision, long least, long most) {
        return (least == 0 || revision >= least) && (most == 0 || revision <= most);
    }

    /**
     * Entries come by key as it is; any other target sorts, upwards unless it is said otherwise.
     */
    private static boolean isSorted(RangeRequest request) {
        return request.getSortTarget() != RangeRequest.SortTarget.KEY
                || request.getSortOrder() == RangeRequest.SortOrder.DESCEND;
    }

    private static Comparator<Entry> order(RangeRequest request) {
        Comparator<Entry> upwards =
                switch (request.getSortTarget()) {
                    case VERSION -> Comparator.comparingLong(Entry::version);
                    case CREATE -> Comparator.comparingLong(Entry::createRevision);
                    case MOD -> Comparator.comparingLong(Entry::modRevision);
                    case VALUE ->
                            (a, b) ->
                                    Arrays.compareUnsigned(a.value().shared(), b.value().shared());
                    default -> Comparator.comparing(Entry::key);
                };
        return request.getSortOrder() == RangeRequest.SortOrder.DESCEND
                ? upwards.reversed()
                : upwards;
    }

    static KeyValue keyValue(Entry entry) {
        return keyValue(entry, true);
    }

    private static KeyValue keyValue(Entry entry, boolean withValue) {
        KeyValue.Builder builder =
                KeyValue.newBuilder()
                        .setKey(Keys.bytes(entry.key()))
                        .setCreateRevision(entry.createRevision())
                        .setModRevision(entry.modRevision())
                        .setVersion(entry.version())
                        .setLease(entry.lease().number());
        if (withValue) {
            builder.setValue(UnsafeByteOperations.unsafeWrap(entry.value().shared()));
        }
        return builder.build();
    }
}
