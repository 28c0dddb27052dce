package dev.quilla.store.mvcc;

import dev.quilla.store.Entry;
import dev.quilla.store.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The message {@code Finding}. */
final class FindingCodec {

    private static final int KIND = 1;
    private static final int NUMBER = 2;
    private static final int ENTRIES = 3;
    private static final int FINDINGS = 4;

    private static final int FOUND = 1;
    private static final int WRITTEN = 2;
    private static final int DELETED = 3;
    private static final int CHOSEN = 4;

    private FindingCodec() {}

    static byte[] encode(Finding finding) {
        return switch (finding) {
            case Finding.Found(List<Entry> entries, long count) ->
                    encode(FOUND, count, entries, List.of());
            case Finding.Written(Optional<Entry> previous) ->
                    encode(WRITTEN, 0, previous.stream().toList(), List.of());
            case Finding.Deleted(long count, List<Entry> previous) ->
                    encode(DELETED, count, previous, List.of());
            case Finding.Chosen(boolean held, List<Finding> findings) ->
                    encode(CHOSEN, held ? 1 : 0, List.of(), findings);
        };
    }

    private static byte[] encode(
            int kind, long number, List<Entry> entries, List<Finding> findings) {
        return Wire.bytes(out -> {
            out.writeUInt32(KIND, kind);
            out.writeUInt64(NUMBER, number);
            for (Entry entry : entries) {
                out.writeByteArray(ENTRIES, Item.encode(entry));
            }
            for (Finding finding : findings) {
                out.writeByteArray(FINDINGS, encode(finding));
            }
        });
    }

    /** Reads what a whole choice found. */
    static Finding.Chosen decode(byte[] bytes) {
        if (read(bytes) instanceof Finding.Chosen chosen) {
            return chosen;
        }
        throw Wire.unknown("outcome of a choice", 0);
    }

    private static Finding read(byte[] bytes) {
        int[] kind = {0};
        long[] number = {0};
        List<Entry> entries = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        Wire.read(
                bytes,
                (field, in) -> {
                    switch (field) {
                        case KIND -> kind[0] = in.readUInt32();
                        case NUMBER -> number[0] = in.readUInt64();
                        case ENTRIES -> entries.add(Item.decode(in.readByteArray()).entry());
                        case FINDINGS -> findings.add(read(in.readByteArray()));
                        default -> throw Wire.unknown("field of a finding", field);
                    }
                });
        return switch (kind[0]) {
            case FOUND -> new Finding.Found(entries, number[0]);
            case WRITTEN -> new Finding.Written(entries.stream().findFirst());
            case DELETED -> new Finding.Deleted(number[0], entries);
            case CHOSEN -> new Finding.Chosen(number[0] == 1, findings);
            default -> throw Wire.unknown("finding", kind[0]);
        };
    }
}
