package dev.quilla.client.http;

import java.io.IOException;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The status line and header fields of a response. */
record ResponseHead(int code, boolean http11, HttpHeaders headers) {

    private static final int FIELDS_MAX = 200;

    /** Reads a head, and skips interim ones such as {@code 100 Continue}. */
    static ResponseHead read(HttpInput in) throws IOException {
        ResponseHead head = readOne(in);
        while (head.code() / 100 == 1 && head.code() != 101) {
            head = readOne(in);
        }
        return head;
    }

    private static ResponseHead readOne(HttpInput in) throws IOException {
        String status = in.readLine();
        String[] parts = status.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("\\d{3}")) {
            throw new IOException("the server does not speak HTTP/1.1: " + shorten(status));
        }
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            if (colon < 1 || fields.size() == FIELDS_MAX) {
                throw new IOException("bad header in the server's answer: " + shorten(line));
            }
            fields.add(
                    new SimpleImmutableEntry<>(
                            line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new ResponseHead(
                Integer.parseInt(parts[1]), parts[0].equals("HTTP/1.1"), new HttpHeaders(fields));
    }

    private static String shorten(String text) {
        return text.substring(0, Math.min(text.length(), 100));
    }

    boolean keepsAlive() {
        return http11 && !headers.has("Connection", "close");
    }
}
