package dev.quilla.model.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes written from the last to the first: a protobuf message starts with its length, which is
 * known once the message is written. Used by one thread.
 */
final class BackwardBuffer {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;

    private byte[] array;
    private int start;

    BackwardBuffer(int size) {
        array = new byte[size];
        start = size;
    }

    /** How many bytes there are. */
    int size() {
        return array.length - start;
    }

    void tag(int number, int wireType) {
        varint((long) number << 3 | wireType);
    }

    void varint(long value) {
        int length = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
        reserve(length);
        long rest = value;
        for (int i = 0; i < length; i++) {
            boolean last = i == length - 1;
            array[start + i] = (byte) (last ? rest : (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
    }

    void fixed64(long value) {
        reserve(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            array[start + i] = (byte) (value >>> (8 * i));
        }
    }

    void raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, array, start, bytes.length);
    }

    /** A whole field of bytes. */
    void bytes(int number, byte[] bytes) {
        int mark = size();
        raw(bytes);
        close(number, mark);
    }

    /** A whole field of text. */
    void text(int number, String text) {
        bytes(number, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A whole field of an integer. */
    void integer(int number, long value) {
        varint(value);
        tag(number, VARINT);
    }

    /** Makes what was written since that mark the content of a field. */
    void close(int number, int mark) {
        varint(size() - (long) mark);
        tag(number, LENGTH);
    }

    byte[] toArray() {
        return Arrays.copyOfRange(array, start, array.length);
    }

    private void reserve(int count) {
        if (start < count) {
            int used = size();
            byte[] larger = new byte[Math.addExact(Math.addExact(used, used), count)];
            System.arraycopy(array, start, larger, larger.length - used, used);
            array = larger;
            start = larger.length - used;
        }
        start -= count;
    }
}
