package dev.quilla.apiserver.request;

import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.YamlCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Text of objects with one long list in them, which is never in memory as a whole. */
public enum ListText {
    JSON {
        @Override
        public void write(
                byte[] head,
                String field,
                List<Outgoing> items,
                ItemWriter writer,
                OutputStream out)
                throws IOException {
            out.write(head, 0, head.length - 1);
            out.write(utf8(",\"" + field + "\":["));
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
    },

    /** Each item is a list of one, which is how it looks in the list of all. */
    YAML {
        @Override
        public void write(
                byte[] head,
                String field,
                List<Outgoing> items,
                ItemWriter writer,
                OutputStream out)
                throws IOException {
            out.write(utf8(YamlCodec.write(JsonTree.parse(head))));
            out.write(utf8(field + (items.isEmpty() ? ": []\n" : ":\n")));
            ByteArrayOutputStream json = new ByteArrayOutputStream(2048);
            for (Outgoing item : items) {
                json.reset();
                writer.write(item, json);
                Object tree = Objects.requireNonNull(JsonTree.parse(json.toByteArray()));
                out.write(utf8(YamlCodec.write(List.of(tree))));
            }
        }
    };

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
    public void write(Struct frame, List<Outgoing> items, ItemWriter writer, OutputStream out)
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
     * @param head the object without that field, which has others, as JSON
     */
    public abstract void write(
            byte[] head, String field, List<Outgoing> items, ItemWriter writer, OutputStream out)
            throws IOException;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
