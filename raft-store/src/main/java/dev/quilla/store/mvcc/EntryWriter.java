package dev.quilla.store.mvcc;

import com.google.protobuf.CodedOutputStream;
import dev.quilla.store.Entry;
import java.io.DataOutputStream;
import java.io.IOException;

/** Writes entries, each behind its length, and leaves no garbage. For one thread. */
final class EntryWriter {

    private final DataOutputStream out;
    private final CodedOutputStream coded;

    EntryWriter(DataOutputStream out) {
        this.out = out;
        this.coded = CodedOutputStream.newInstance(out);
    }

    void write(Entry entry) throws IOException {
        out.writeInt(Item.size(entry));
        Item.write(entry, coded);
        coded.flush();
    }
}
