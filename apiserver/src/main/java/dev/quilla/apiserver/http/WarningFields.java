package dev.quilla.apiserver.http;

import dev.quilla.http.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * Warnings as header fields (RFC 7234, 5.5). They name what clients sent, so anything may be in
 * them: what can't stand in a field is written as an escape, and what is too much is left out, as
 * clients refuse answers whose fields are too long.
 */
final class WarningFields {

    private static final int ALL_MAX = 4096;
    private static final int EACH_MAX = 256;

    private WarningFields() {}

    /** The values of the fields. */
    static List<String> of(List<String> warnings) {
        boolean shorten = warnings.stream().mapToLong(String::length).sum() > ALL_MAX;
        List<String> fields = new ArrayList<>();
        int length = 0;
        for (String warning : warnings) {
            boolean tooLong = shorten && warning.length() > EACH_MAX;
            String field = field(tooLong ? warning.substring(0, EACH_MAX) : warning);
            length += field.length();
            if (length > ALL_MAX) {
                break;
            }
            fields.add(field);
        }
        return fields;
    }

    /** The fields of an answer, with these. */
    static Headers add(Headers to, List<String> warnings) {
        Headers all = to;
        for (String field : of(warnings)) {
            all = all.with("Warning", field);
        }
        return all;
    }

    private static String field(String warning) {
        StringBuilder field = new StringBuilder("299 - \"");
        for (int i = 0; i < warning.length(); i++) {
            char c = warning.charAt(i);
            if (c == '"' || c == '\\') {
                field.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                field.append("\\\\u%04x".formatted((int) c));
            } else {
                field.append(c);
            }
        }
        return field.append('"').toString();
    }
}
