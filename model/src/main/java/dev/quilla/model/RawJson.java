package dev.quilla.model;

/**
 * Any JSON, kept encoded: extensions, managed fields and schemas are rarely read.
 *
 * @param json a single value without insignificant white space, UTF-8
 */
public record RawJson(Bytes json) {

    /** From compact JSON text that is known to be valid. */
    public static RawJson of(String compactJson) {
        return new RawJson(Bytes.utf8(compactJson));
    }

    @Override
    public String toString() {
        return json.toUtf8();
    }
}
