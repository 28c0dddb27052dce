package dev.quilla.apiserver.request;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An object's JSON as it is stored, with its resource version put in. Immutable. */
public final class SplicedJson {

    private static final byte[] METADATA = ascii("\"metadata\":{\"");
    private static final byte[] KIND = ascii("\"kind\":\"");
    private static final byte[] VERSION = ascii("\"apiVersion\":\"");

    private final byte[] bytes;
    private final int start;
    private final int gap;
    private final byte[] inserted;

    private SplicedJson(byte[] bytes, int start, int gap, byte[] inserted) {
        this.bytes = bytes;
        this.start = start;
        this.gap = gap;
        this.inserted = inserted;
    }

    /**
     * Of stored bytes.
     *
     * @param bytes shared, so they must never change
     * @param start where the object begins in them, which ends with them; it has no version
     * @return empty unless it begins with its metadata, after kind and version at the most
     */
    public static Optional<SplicedJson> of(byte[] bytes, int start, long revision) {
        int gap = gap(bytes, start);
        return gap < 0
                ? Optional.empty()
                : Optional.of(
                        new SplicedJson(
                                bytes,
                                start,
                                gap,
                                ascii("\"resourceVersion\":\"" + revision + "\",")));
    }

    private static int gap(byte[] bytes, int start) {
        int at = start + 1;
        while (true) {
            if (startsWith(bytes, at, METADATA)) {
                return at + METADATA.length - 1;
            }
            int value =
                    startsWith(bytes, at, KIND)
                            ? at + KIND.length
                            : startsWith(bytes, at, VERSION) ? at + VERSION.length : bytes.length;
            while (value < bytes.length && bytes[value] != '"' && bytes[value] != '\\') {
                value++;
            }
            if (value + 1 >= bytes.length || bytes[value + 1] != ',') {
                return -1;
            }
            at = value + 2;
        }
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] wanted) {
        return at + wanted.length <= bytes.length
                && java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.length - start + inserted.length;
    }

    /** Writes it. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, start, gap - start);
        out.write(inserted);
        out.write(bytes, gap, bytes.length - gap);
    }

    /** A copy of it. */
    public byte[] toBytes() {
        byte[] all = new byte[length()];
        System.arraycopy(bytes, start, all, 0, gap - start);
        System.arraycopy(inserted, 0, all, gap - start, inserted.length);
        System.arraycopy(bytes, gap, all, gap - start + inserted.length, bytes.length - gap);
        return all;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
