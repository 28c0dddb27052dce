package dev.quilla.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that never change, compared by content. */
public final class Bytes {

    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** Takes over the array: the caller must not change it afterwards. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    /** Copies the array. */
    public static Bytes of(byte[] array) {
        return wrap(array.clone());
    }

    /** The UTF-8 bytes of a text. */
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy. */
    public byte[] toArray() {
        return array.clone();
    }

    /** The array itself, which nobody may change. */
    public byte[] shared() {
        return array;
    }

    /** How many bytes. */
    public int length() {
        return array.length;
    }

    /** Read as UTF-8. */
    public String toUtf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
