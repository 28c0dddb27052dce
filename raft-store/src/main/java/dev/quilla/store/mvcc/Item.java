package dev.quilla.store.mvcc;

import com.google.protobuf.CodedOutputStream;
import dev.quilla.store.Amounts;
import dev.quilla.store.Bytes;
import dev.quilla.store.Compare;
import dev.quilla.store.Entry;
import dev.quilla.store.Key;
import dev.quilla.store.LeaseId;
import dev.quilla.store.Op;
import java.io.IOException;

/** The message {@code Item}: a condition, an operation, or an entry. */
final class Item {

    private static final int KIND = 1;
    private static final int KEY = 2;
    private static final int REVISION = 3;
    private static final int VALUE = 4;
    private static final int CREATED = 5;
    private static final int LEASE = 6;
    private static final int LIMIT = 7;
    private static final int VERSION = 8;

    private static final int ABSENT = 1;
    private static final int PRESENT = 2;
    private static final int MOD_REVISION = 3;
    private static final int PUT = 4;
    private static final int DELETE = 5;
    private static final int BOUNDED_ADD = 6;

    private int kind;
    private String key = "";
    private long revision;
    private byte[] value = {};
    private long created;
    private long lease;
    private byte[] limit = {};
    private long version;

    private Item() {}

    static byte[] encode(Compare compare) {
        return switch (compare) {
            case Compare.Absent(Key key) -> encode(ABSENT, key, 0);
            case Compare.Present(Key key) -> encode(PRESENT, key, 0);
            case Compare.ModRevision(Key key, long revision) -> encode(MOD_REVISION, key, revision);
        };
    }

    static byte[] encode(Op op) {
        return switch (op) {
            case Op.Put(Key key, Bytes value, LeaseId lease) ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, PUT);
                        out.writeString(KEY, key.text());
                        out.writeByteArray(VALUE, value.shared());
                        out.writeUInt64(LEASE, lease.number());
                    });
            case Op.Delete(Key key) -> encode(DELETE, key, 0);
            case Op.BoundedAdd(Key key, Amounts add, Amounts limit) ->
                    Wire.bytes(out -> {
                        out.writeUInt32(KIND, BOUNDED_ADD);
                        out.writeString(KEY, key.text());
                        out.writeByteArray(VALUE, add.bytes().shared());
                        out.writeByteArray(LIMIT, limit.bytes().shared());
                    });
        };
    }

    static byte[] encode(Entry entry) {
        return Wire.bytes(out -> write(entry, out));
    }

    /** How many bytes an entry has when it is written. */
    static int size(Entry entry) {
        return CodedOutputStream.computeStringSize(KEY, entry.key().text())
                + CodedOutputStream.computeUInt64Size(REVISION, entry.modRevision())
                + CodedOutputStream.computeByteArraySize(VALUE, entry.value().shared())
                + CodedOutputStream.computeUInt64Size(CREATED, entry.createRevision())
                + CodedOutputStream.computeUInt64Size(LEASE, entry.lease().number())
                + CodedOutputStream.computeUInt64Size(VERSION, entry.version());
    }

    static void write(Entry entry, CodedOutputStream out) throws IOException {
        out.writeString(KEY, entry.key().text());
        out.writeUInt64(REVISION, entry.modRevision());
        out.writeByteArray(VALUE, entry.value().shared());
        out.writeUInt64(CREATED, entry.createRevision());
        out.writeUInt64(LEASE, entry.lease().number());
        out.writeUInt64(VERSION, entry.version());
    }

    private static byte[] encode(int kind, Key key, long revision) {
        return Wire.bytes(out -> {
            out.writeUInt32(KIND, kind);
            out.writeString(KEY, key.text());
            out.writeUInt64(REVISION, revision);
        });
    }

    static Item decode(byte[] bytes) {
        return decode(bytes, bytes.length);
    }

    /** Of the first bytes of an array; nothing of it is kept. */
    static Item decode(byte[] bytes, int length) {
        Item item = new Item();
        Wire.read(
                bytes,
                length,
                (field, in) -> {
                    switch (field) {
                        case KIND -> item.kind = in.readUInt32();
                        case KEY -> item.key = in.readString();
                        case REVISION -> item.revision = in.readUInt64();
                        case VALUE -> item.value = in.readByteArray();
                        case CREATED -> item.created = in.readUInt64();
                        case LEASE -> item.lease = in.readUInt64();
                        case LIMIT -> item.limit = in.readByteArray();
                        case VERSION -> item.version = in.readUInt64();
                        default -> throw Wire.unknown("field of an item", field);
                    }
                });
        return item;
    }

    Compare compare() {
        return switch (kind) {
            case ABSENT -> new Compare.Absent(new Key(key));
            case PRESENT -> new Compare.Present(new Key(key));
            case MOD_REVISION -> new Compare.ModRevision(new Key(key), revision);
            default -> throw Wire.unknown("condition", kind);
        };
    }

    Op op() {
        return switch (kind) {
            case PUT -> new Op.Put(new Key(key), Bytes.wrap(value), LeaseId.of(lease));
            case DELETE -> new Op.Delete(new Key(key));
            case BOUNDED_ADD ->
                    new Op.BoundedAdd(
                            new Key(key),
                            Amounts.of(Bytes.wrap(value)),
                            Amounts.of(Bytes.wrap(limit)));
            default -> throw Wire.unknown("operation", kind);
        };
    }

    Entry entry() {
        return new Entry(
                new Key(key), Bytes.wrap(value), created, revision, version, LeaseId.of(lease));
    }
}
