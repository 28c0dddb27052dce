package dev.quilla.client.http;

/** Reads {@code Warning} header fields: {@code 299 - "text"}. */
final class Warnings {

    private Warnings() {}

    static String text(String field) {
        int open = field.indexOf('"');
        int close = field.lastIndexOf('"');
        if (open < 0 || close <= open) {
            return field;
        }
        return field.substring(open + 1, close).replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
