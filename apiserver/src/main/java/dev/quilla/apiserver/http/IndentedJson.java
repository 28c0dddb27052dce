package dev.quilla.apiserver.http;

import dev.quilla.http.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Passes JSON on, broken into lines for people to read, as it comes. What comes has to be JSON
 * without white space between its parts. Closing it closes nothing else.
 */
final class IndentedJson extends OutputStream {

    private static final int STEP = 2;

    /** What people ask with who look at the answers: it gets them in lines. */
    private static final List<String> FOR_PEOPLE = List.of("curl", "Wget", "Mozilla/5.0");

    private final OutputStream out;

    /** What has become of a piece, sent on in one. */
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();

    private int depth;
    private boolean quoted;
    private boolean escaped;

    /** Whether nothing has come since a bracket was opened: an empty pair stays on its line. */
    private boolean opened;

    IndentedJson(OutputStream out) {
        this.out = out;
    }

    /** The same, of a whole document. */
    static byte[] of(byte[] json) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(json.length * 2);
        IndentedJson indented = new IndentedJson(whole);
        indented.write(json);
        return whole.toByteArray();
    }

    /** What is answered to who may look at it. */
    static byte[] ifWanted(HttpExchange exchange, Representation.Media media, byte[] content)
            throws IOException {
        return media == Representation.Media.JSON && isWanted(exchange) ? of(content) : content;
    }

    /** Whether somebody looks at the answer: who asks with what people use, or says so. */
    static boolean isWanted(HttpExchange exchange) {
        String said = String.join("", exchange.query().getOrDefault("pretty", List.of()));
        if (!said.isEmpty()) {
            return Set.of("1", "t", "true").contains(said.toLowerCase(Locale.ROOT));
        }
        String agent = exchange.headers().first("User-Agent").orElse("");
        return FOR_PEOPLE.stream().anyMatch(agent::startsWith);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            add(bytes[i]);
        }
        piece.writeTo(out);
        piece.reset();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    private void add(int b) {
        if (quoted) {
            inText(b);
        } else {
            between(b);
        }
    }

    private void inText(int b) {
        piece.write(b);
        quoted = escaped || b != '"';
        escaped = !escaped && b == '\\';
    }

    private void between(int b) {
        boolean closes = b == '}' || b == ']';
        if (closes) {
            depth--;
        }
        if (opened != closes) {
            // The first part of a pair, or the end of one that has parts.
            line();
        }
        opened = false;
        piece.write(b);
        switch (b) {
            case '"' -> quoted = true;
            case ':' -> piece.write(' ');
            case ',' -> line();
            case '{', '[' -> {
                depth++;
                opened = true;
            }
            default -> {
                // Of a number or a word.
            }
        }
    }

    private void line() {
        byte[] line = new byte[1 + STEP * depth];
        Arrays.fill(line, (byte) ' ');
        line[0] = '\n';
        piece.writeBytes(line);
    }
}
