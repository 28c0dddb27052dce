package dev.quilla.kubelet.streaming;

import dev.quilla.kubelet.runtime.ExecSession;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Where what a client sends reaches the program. Input and sizes may come by different threads. */
final class CommandInput {

    private static final JsonFactory JSON = new JsonFactory();

    private final ExecSession session;
    private final OutputStream stdin;

    CommandInput(ExecSession session, OutputStream stdin) {
        this.session = session;
        this.stdin = stdin;
    }

    /** Passes on input; waits while the program does not read it. */
    void write(byte[] bytes, int offset, int length) {
        try {
            stdin.write(bytes, offset, length);
            stdin.flush();
        } catch (IOException _) {
            // The program reads no more, and may well go on.
        }
    }

    /** The program reads the end of its input. */
    void end() throws IOException {
        stdin.close();
    }

    /**
     * Sets the terminal's size.
     *
     * @param json as {@code {"Width":80,"Height":24}}; one that has no size is passed over
     * @throws IOException if it is no JSON
     */
    void resize(byte[] json, int offset, int length) throws IOException {
        int width = 0;
        int height = 0;
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), json, offset, length)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    switch (parser.currentName()) {
                        case "Width" -> width = parser.getIntValue();
                        case "Height" -> height = parser.getIntValue();
                        case null, default -> {
                            // Nothing else is known.
                        }
                    }
                }
            }
        } catch (JacksonException e) {
            throw new IOException("a terminal's size is no JSON", e);
        }
        if (width > 0 && height > 0) {
            session.resize(width, height);
        }
    }
}
