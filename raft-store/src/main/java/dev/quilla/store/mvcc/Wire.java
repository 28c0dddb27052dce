package dev.quilla.store.mvcc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.quilla.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Protobuf messages, written and read field by field. */
final class Wire {

    private Wire() {}

    interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    interface FieldReader {
        void read(int field, CodedInputStream in) throws IOException;
    }

    static void read(byte[] bytes, FieldReader reader) {
        read(bytes, bytes.length, reader);
    }

    static void read(byte[] bytes, int length, FieldReader reader) {
        CodedInputStream in = CodedInputStream.newInstance(bytes, 0, length);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                reader.read(WireFormat.getTagFieldNumber(tag), in);
            }
        } catch (IOException e) {
            throw new StoreException("a log entry or snapshot can't be read: " + e.getMessage(), e);
        }
    }

    /** A field or kind that this version doesn't know; going on without it would lose something. */
    static StoreException unknown(String what, int number) {
        return new StoreException(
                "the log has an unknown " + what + " (" + number + "): start a newer version");
    }

    static byte[] bytes(Body body) {
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
