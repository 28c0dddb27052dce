package dev.quilla.apiserver.request;

import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects with one long list in them, which is never in memory as a whole. */
public final class JsonLists {

    private JsonLists() {}

    /** Writes one item. */
    public interface ItemWriter {

        /** Writes its JSON. */
        void write(Outgoing item, OutputStream out) throws IOException;
    }

    /**
     * Writes a list of the API.
     *
     * @param frame the list without its items
     */
    public static void write(
            Struct frame, List<Outgoing> items, ItemWriter writer, OutputStream out)
            throws IOException {
        Map<String, @Nullable Object> head = new LinkedHashMap<>();
        head.put("kind", frame.text("kind"));
        head.put("apiVersion", frame.text("apiVersion"));
        head.put(
                "metadata",
                frame.find("metadata").map(m -> JsonCodec.toTree((Struct) m)).orElse(Map.of()));
        write(JsonTree.write(head), "items", items, writer, out);
    }

    /**
     * Writes an object and a list as its last field.
     *
     * @param head the object without that field, which has others
     */
    public static void write(
            byte[] head, String field, List<Outgoing> items, ItemWriter writer, OutputStream out)
            throws IOException {
        out.write(head, 0, head.length - 1);
        out.write((",\"" + field + "\":[").getBytes(StandardCharsets.UTF_8));
        boolean first = true;
        for (Outgoing item : items) {
            if (!first) {
                out.write(',');
            }
            first = false;
            writer.write(item, out);
        }
        out.write(']');
        out.write('}');
    }
}
