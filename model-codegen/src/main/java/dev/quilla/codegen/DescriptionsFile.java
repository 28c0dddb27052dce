package dev.quilla.codegen;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What people are told of types and fields: compressed JSON, by definition and field; a
 * definition's own description has the empty name. Ours are in the schema's folder; those of
 * Kubernetes' types come from the official Java client at build time and are in no tree of ours.
 */
final class DescriptionsFile {

    /** Of fields of these types the model classes say what they say of the type. */
    private static final Set<String> SCALARS =
            Set.of("IntOrString", "Quantity", "meta.v1.Time", "meta.v1.MicroTime");

    private final Facts facts;
    private final ApiModelDocs models;
    private final ProtoDocs messages;
    private final Map<String, Map<String, String>> own;

    DescriptionsFile(Facts facts, ClassLoader client, Path ownFile) throws IOException {
        this.facts = facts;
        this.models = new ApiModelDocs(client);
        this.messages = new ProtoDocs(client);
        this.own = own(ownFile);
    }

    private static Map<String, Map<String, String>> own(Path file) throws IOException {
        Map<String, Map<String, String>> own = new LinkedHashMap<>();
        JsonNode root = JsonMapper.builder().build().readTree(Files.readString(file));
        for (Map.Entry<String, JsonNode> type : root.properties()) {
            Map<String, String> texts = new LinkedHashMap<>();
            type.getValue()
                    .properties()
                    .forEach(f -> texts.put(f.getKey(), f.getValue().stringValue()));
            own.put(type.getKey(), texts);
        }
        return own;
    }

    /** Writes the file, unless it says the same already. */
    void write(Path file) throws IOException {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        for (Facts.Type type : facts.types().values()) {
            Map<String, String> texts = own.getOrDefault(type.name(), Map.of());
            all.put(type.name(), texts.isEmpty() ? texts(type) : texts);
        }
        byte[] content = compressed(JsonMapper.builder().build().writeValueAsBytes(all));
        if (!Files.exists(file) || !java.util.Arrays.equals(Files.readAllBytes(file), content)) {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        }
    }

    private Map<String, String> texts(Facts.Type type) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        ApiModelDocs.Docs docs = models.of(type.name());
        put(texts, "", docs.type());
        for (Facts.FieldFact field : type.fields()) {
            String ofModel = docs.field(field.name());
            String ofMessage = messages.field(type, field.name());
            boolean ofItsType = ofModel.isEmpty() || SCALARS.contains(field.type());
            put(texts, field.name(), ofItsType && !ofMessage.isEmpty() ? ofMessage : ofModel);
        }
        return texts;
    }

    private static void put(Map<String, String> texts, String name, String text) {
        if (!text.isBlank()) {
            texts.put(name, text);
        }
    }

    private static byte[] compressed(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
