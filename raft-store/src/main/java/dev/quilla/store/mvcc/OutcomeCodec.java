package dev.quilla.store.mvcc;

import dev.quilla.store.Amounts;
import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Finding;
import dev.quilla.store.Key;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Outcomes as protobuf: what a member that proposed for its client is answered. */
public final class OutcomeCodec {

    private static final int KIND = 1;
    private static final int NUMBER = 2;
    private static final int FAILED = 3;
    private static final int CURRENT = 4;
    private static final int KEY = 5;
    private static final int AMOUNTS = 6;
    private static final int CHOSEN = 7;

    private static final int COMMITTED = 1;
    private static final int REFUSED = 2;
    private static final int FENCED = 3;
    private static final int OVER_LIMIT = 4;
    private static final int NO_LEASE = 5;
    private static final int LEASE_TAKEN = 6;
    private static final int MADE = 7;
    private static final int MISSING = 8;
    private static final int NO_SPACE = 9;

    private OutcomeCodec() {}

    /** The outcomes of a batch, in its order. */
    public static byte[] encode(List<Outcome> outcomes) {
        return Wire.bytes(out -> {
            for (Outcome outcome : outcomes) {
                out.writeByteArray(1, encode(outcome));
            }
        });
    }

    /** Reads {@link #encode}. */
    public static List<Outcome> decode(byte[] bytes) {
        List<Outcome> outcomes = new ArrayList<>();
        Wire.read(bytes, (field, in) -> outcomes.add(decodeOne(in.readByteArray())));
        return outcomes;
    }

    private static byte[] encode(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed(long revision) -> encode(COMMITTED, revision);
            case Outcome.Fenced(long term) -> encode(FENCED, term);
            case Outcome.NoSpace(long bytesMax) -> encode(NO_SPACE, bytesMax);
            case Outcome.NoLease(LeaseId lease) -> encode(NO_LEASE, lease.number());
            case Outcome.LeaseTaken(LeaseId lease) -> encode(LEASE_TAKEN, lease.number());
            case Outcome.OverLimit(Key counter, Amounts current) ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, OVER_LIMIT);
                        out.writeString(KEY, counter.text());
                        out.writeByteArray(AMOUNTS, current.bytes().shared());
                    });
            case Outcome.Missing(Key key) ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, MISSING);
                        out.writeString(KEY, key.text());
                    });
            case Outcome.Made(long revision, Finding.Chosen chosen) ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, MADE);
                        out.writeUInt64(NUMBER, revision);
                        out.writeByteArray(CHOSEN, FindingCodec.encode(chosen));
                    });
            case Outcome.Refused refused ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, REFUSED);
                        out.writeByteArray(FAILED, Item.encode(refused.failed()));
                        if (refused.current().isPresent()) {
                            out.writeByteArray(CURRENT, Item.encode(refused.current().get()));
                        }
                    });
        };
    }

    private static byte[] encode(int kind, long number) {
        return Wire.bytes(out -> {
            out.writeUInt32(KIND, kind);
            out.writeUInt64(NUMBER, number);
        });
    }

    private static Outcome decodeOne(byte[] bytes) {
        Fields fields = new Fields();
        Wire.read(
                bytes,
                (field, in) -> {
                    switch (field) {
                        case KIND -> fields.kind = in.readUInt32();
                        case NUMBER -> fields.number = in.readUInt64();
                        case FAILED -> fields.failed.add(Item.decode(in.readByteArray()));
                        case CURRENT -> fields.current.add(Item.decode(in.readByteArray()).entry());
                        case KEY -> fields.key = in.readString();
                        case AMOUNTS -> fields.amounts = in.readByteArray();
                        case CHOSEN -> fields.chosen = in.readByteArray();
                        default -> throw Wire.unknown("field of an outcome", field);
                    }
                });
        return fields.outcome();
    }

    private static final class Fields {
        private int kind;
        private long number;
        private final List<Item> failed = new ArrayList<>();
        private final List<Entry> current = new ArrayList<>();
        private String key = "";
        private byte[] amounts = {};
        private byte[] chosen = {};

        Outcome outcome() {
            return switch (kind) {
                case COMMITTED -> new Outcome.Committed(number);
                case FENCED -> new Outcome.Fenced(number);
                case NO_LEASE -> new Outcome.NoLease(new LeaseId(number));
                case LEASE_TAKEN -> new Outcome.LeaseTaken(new LeaseId(number));
                case OVER_LIMIT ->
                        new Outcome.OverLimit(new Key(key), Amounts.of(Bytes.wrap(amounts)));
                case REFUSED ->
                        new Outcome.Refused(
                                failed.getFirst().compare(), current.stream().findFirst());
                case MADE -> new Outcome.Made(number, FindingCodec.decode(chosen));
                case NO_SPACE -> new Outcome.NoSpace(number);
                case MISSING -> new Outcome.Missing(new Key(key));
                default -> throw Wire.unknown("outcome", kind);
            };
        }
    }
}
