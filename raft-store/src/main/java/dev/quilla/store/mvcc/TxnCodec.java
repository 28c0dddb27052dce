package dev.quilla.store.mvcc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.quilla.store.Bytes;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Outcome;
import dev.quilla.store.StoreException;
import dev.quilla.store.Txn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Transactions and outcomes as protobuf, as {@code store.proto} beside this class describes them.
 * Written by hand: the messages are few, and a log entry is read by every member for years.
 */
public final class TxnCodec {

    private static final int BATCH_TXN = 1;
    private static final int TXN_WHEN = 1;
    private static final int TXN_THEN = 2;
    private static final int TXN_FENCE = 3;
    private static final int ITEM_KIND = 1;
    private static final int ITEM_KEY = 2;
    private static final int ITEM_REVISION = 3;
    private static final int ITEM_VALUE = 4;
    private static final int ITEM_CREATED = 5;

    private static final int ABSENT = 1;
    private static final int PRESENT = 2;
    private static final int MOD_REVISION = 3;
    private static final int PUT = 4;
    private static final int DELETE = 5;

    private static final int COMMITTED = 1;
    private static final int REFUSED = 2;
    private static final int FENCED = 3;

    private TxnCodec() {}

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    /** One log entry. */
    public static byte[] encodeBatch(List<Txn> txns) {
        return bytes(out -> {
            for (Txn txn : txns) {
                out.writeByteArray(BATCH_TXN, encode(txn));
            }
        });
    }

    /** The transactions of one log entry. */
    public static List<Txn> decodeBatch(byte[] bytes) {
        List<Txn> txns = new ArrayList<>();
        read(bytes, (field, in) -> txns.add(decodeTxn(in.readByteArray())));
        return txns;
    }

    /** The outcomes of a batch, in its order. */
    public static byte[] encodeOutcomes(List<Outcome> outcomes) {
        return bytes(out -> {
            for (Outcome outcome : outcomes) {
                out.writeByteArray(1, encode(outcome));
            }
        });
    }

    /** Reads {@link #encodeOutcomes}. */
    public static List<Outcome> decodeOutcomes(byte[] bytes) {
        List<Outcome> outcomes = new ArrayList<>();
        read(bytes, (field, in) -> outcomes.add(decodeOutcome(in.readByteArray())));
        return outcomes;
    }

    private static byte[] encode(Txn txn) {
        return bytes(out -> {
            for (Compare compare : txn.when()) {
                out.writeByteArray(TXN_WHEN, encode(compare));
            }
            for (Op op : txn.then()) {
                out.writeByteArray(TXN_THEN, encode(op));
            }
            if (txn.fenceTerm().isPresent()) {
                out.writeUInt64(TXN_FENCE, txn.fenceTerm().getAsLong());
            }
        });
    }

    private static byte[] encode(Compare compare) {
        return switch (compare) {
            case Compare.Absent(Key key) -> item(ABSENT, key, 0);
            case Compare.Present(Key key) -> item(PRESENT, key, 0);
            case Compare.ModRevision(Key key, long revision) -> item(MOD_REVISION, key, revision);
        };
    }

    private static byte[] encode(Op op) {
        return switch (op) {
            case Op.Put(Key key, Bytes value) ->
                    bytes(out -> {
                        out.writeUInt32(ITEM_KIND, PUT);
                        out.writeString(ITEM_KEY, key.text());
                        out.writeByteArray(ITEM_VALUE, value.shared());
                    });
            case Op.Delete(Key key) -> item(DELETE, key, 0);
        };
    }

    private static byte[] item(int kind, Key key, long revision) {
        return bytes(out -> {
            out.writeUInt32(ITEM_KIND, kind);
            out.writeString(ITEM_KEY, key.text());
            out.writeUInt64(ITEM_REVISION, revision);
        });
    }

    private static Txn decodeTxn(byte[] bytes) {
        List<Compare> when = new ArrayList<>();
        List<Op> then = new ArrayList<>();
        long[] fence = {-1};
        read(
                bytes,
                (field, in) -> {
                    switch (field) {
                        case TXN_WHEN -> when.add(compare(Item.read(in.readByteArray())));
                        case TXN_THEN -> then.add(op(Item.read(in.readByteArray())));
                        case TXN_FENCE -> fence[0] = in.readUInt64();
                        default ->
                                throw new StoreException(
                                        "unknown field " + field + " of a transaction");
                    }
                });
        return new Txn(when, then, fence[0] < 0 ? OptionalLong.empty() : OptionalLong.of(fence[0]));
    }

    private static Compare compare(Item item) {
        return switch (item.kind) {
            case ABSENT -> new Compare.Absent(new Key(item.key));
            case PRESENT -> new Compare.Present(new Key(item.key));
            case MOD_REVISION -> new Compare.ModRevision(new Key(item.key), item.revision);
            default -> throw new StoreException("unknown condition " + item.kind);
        };
    }

    private static Op op(Item item) {
        return switch (item.kind) {
            case PUT -> new Op.Put(new Key(item.key), Bytes.wrap(item.value));
            case DELETE -> new Op.Delete(new Key(item.key));
            default -> throw new StoreException("unknown operation " + item.kind);
        };
    }

    private static byte[] encode(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed(long revision) ->
                    bytes(out -> {
                        out.writeUInt32(1, COMMITTED);
                        out.writeUInt64(2, revision);
                    });
            case Outcome.Fenced(long term) ->
                    bytes(out -> {
                        out.writeUInt32(1, FENCED);
                        out.writeUInt64(2, term);
                    });
            case Outcome.Refused(Compare failed, Optional<Entry> current) ->
                    bytes(out -> {
                        out.writeUInt32(1, REFUSED);
                        out.writeByteArray(3, encode(failed));
                        if (current.isPresent()) {
                            out.writeByteArray(4, encode(current.get()));
                        }
                    });
        };
    }

    private static Outcome decodeOutcome(byte[] bytes) {
        int[] kind = {0};
        long[] number = {0};
        List<Compare> failed = new ArrayList<>();
        List<Entry> current = new ArrayList<>();
        read(
                bytes,
                (field, in) -> {
                    switch (field) {
                        case 1 -> kind[0] = in.readUInt32();
                        case 2 -> number[0] = in.readUInt64();
                        case 3 -> failed.add(compare(Item.read(in.readByteArray())));
                        case 4 -> current.add(decodeEntry(in.readByteArray()));
                        default ->
                                throw new StoreException(
                                        "unknown field " + field + " of an outcome");
                    }
                });
        return switch (kind[0]) {
            case COMMITTED -> new Outcome.Committed(number[0]);
            case FENCED -> new Outcome.Fenced(number[0]);
            case REFUSED -> new Outcome.Refused(failed.getFirst(), current.stream().findFirst());
            default -> throw new StoreException("unknown outcome " + kind[0]);
        };
    }

    static byte[] encode(Entry entry) {
        return bytes(out -> {
            out.writeString(ITEM_KEY, entry.key().text());
            out.writeUInt64(ITEM_REVISION, entry.modRevision());
            out.writeByteArray(ITEM_VALUE, entry.value().shared());
            out.writeUInt64(ITEM_CREATED, entry.createRevision());
        });
    }

    static Entry decodeEntry(byte[] bytes) {
        Item item = Item.read(bytes);
        return new Entry(new Key(item.key), Bytes.wrap(item.value), item.created, item.revision);
    }

    private static final class Item {
        private int kind;
        private String key = "";
        private long revision;
        private byte[] value = {};
        private long created;

        static Item read(byte[] bytes) {
            Item item = new Item();
            TxnCodec.read(
                    bytes,
                    (field, in) -> {
                        switch (field) {
                            case ITEM_KIND -> item.kind = in.readUInt32();
                            case ITEM_KEY -> item.key = in.readString();
                            case ITEM_REVISION -> item.revision = in.readUInt64();
                            case ITEM_VALUE -> item.value = in.readByteArray();
                            case ITEM_CREATED -> item.created = in.readUInt64();
                            default -> throw new StoreException("unknown field " + field);
                        }
                    });
            return item;
        }
    }

    private interface FieldReader {
        void read(int field, CodedInputStream in) throws IOException;
    }

    private static void read(byte[] bytes, FieldReader reader) {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                reader.read(WireFormat.getTagFieldNumber(tag), in);
            }
        } catch (IOException e) {
            throw new StoreException("a log entry or snapshot can't be read: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 512);
        try {
            body.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
