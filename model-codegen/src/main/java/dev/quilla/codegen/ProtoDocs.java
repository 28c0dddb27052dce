package dev.quilla.codegen;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Descriptions from the comments that protoc has written into the sources of the official Java
 * client's messages. Comments for developers, such as markers and notes below a rule, are left out.
 */
final class ProtoDocs {

    private static final String SOURCES = "io/kubernetes/client/proto/";

    private static final Pattern MESSAGE =
            Pattern.compile("\\n  public interface (\\w+)OrBuilder extends");
    private static final Pattern FIELD =
            Pattern.compile(
                    "<pre>\\n(.*?)</pre>.*?<code>[^<]*?([\\w.;&]+) (\\w+) = \\d+[^<]*</code>",
                    Pattern.DOTALL);
    private static final Pattern MARGIN = Pattern.compile("^\\s*\\* ?");

    private final ClassLoader classes;
    private final Map<String, Map<String, Message>> files = new HashMap<>();

    /**
     * A message's comments.
     *
     * @param texts what is said of its fields
     * @param types the types of its fields, without their packages
     */
    private record Message(Map<String, String> texts, Map<String, String> types) {

        static final Message NONE = new Message(Map.of(), Map.of());
    }

    ProtoDocs(ClassLoader classes) {
        this.classes = classes;
    }

    /** What is said of a field of a definition; empty for nothing. */
    String field(Facts.Type type, String field) throws IOException {
        String[] parts = type.name().split("\\.");
        if (parts.length < 3) {
            return "";
        }
        String file = file(parts[0], parts[1]);
        if (!files.containsKey(file)) {
            files.put(file, read(file));
        }
        Map<String, Message> messages = files.get(file);
        Message message = messages.getOrDefault(parts[2], Message.NONE);
        String text = message.texts().getOrDefault(field, "");
        return text.isEmpty() ? inlined(type, field, message, messages) : text;
    }

    /**
     * JSON has the fields of some messages where they stand; protobuf has a field for all of them.
     */
    private static String inlined(
            Facts.Type type, String field, Message message, Map<String, Message> messages) {
        Set<String> known =
                type.fields().stream().map(Facts.FieldFact::name).collect(Collectors.toSet());
        return message.types().entrySet().stream()
                .filter(f -> !known.contains(f.getKey()))
                .map(f -> messages.getOrDefault(f.getValue(), Message.NONE))
                .map(m -> m.texts().getOrDefault(field, ""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String file(String group, String version) {
        return switch (group) {
            case "meta" -> "Meta";
            case "runtime" -> "Runtime";
            case "core" -> capital(version);
            default -> capital(version) + capital(group);
        };
    }

    private Map<String, Message> read(String file) throws IOException {
        Map<String, Message> messages = new HashMap<>();
        try (InputStream in = classes.getResourceAsStream(SOURCES + file + ".java")) {
            if (in == null) {
                return messages;
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Matcher message = MESSAGE.matcher(text);
            while (message.find()) {
                int end = text.indexOf("\n  }\n", message.end());
                messages.put(message.group(1), message(text.substring(message.end(), end)));
            }
        }
        return messages;
    }

    private static Message message(String body) {
        Message message = new Message(new HashMap<>(), new HashMap<>());
        for (String comment : body.split("/\\*\\*", -1)) {
            Matcher field = FIELD.matcher(comment.substring(0, Math.max(0, comment.indexOf("*/"))));
            if (field.find()) {
                message.texts().putIfAbsent(field.group(3), text(field.group(1)));
                String type = field.group(2);
                message.types().put(field.group(3), type.substring(type.lastIndexOf('.') + 1));
            }
        }
        return message;
    }

    /** Lines of a paragraph are joined; an indented line or an item of a list stands for itself. */
    private static String text(String comment) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String raw : comment.split("\n", -1)) {
            String line = unescaped(MARGIN.matcher(raw).replaceFirst(""));
            String bare = line.strip();
            if (bare.startsWith("---")) {
                break;
            }
            // Markers for generators, and what Kubernetes' authors note for themselves.
            if (bare.startsWith("+") || bare.startsWith("TODO")) {
                continue;
            }
            if (bare.isEmpty()) {
                flush(paragraph, paragraphs);
            } else {
                boolean apart =
                        line.startsWith(" ") || line.startsWith("\t") || bare.startsWith("- ");
                paragraph
                        .append(paragraph.isEmpty() ? "" : apart ? "\n" : " ")
                        .append(apart ? line : bare);
            }
        }
        flush(paragraph, paragraphs);
        return String.join("\n\n", paragraphs);
    }

    private static void flush(StringBuilder paragraph, List<String> paragraphs) {
        if (!paragraph.isEmpty()) {
            paragraphs.add(paragraph.toString());
            paragraph.setLength(0);
        }
    }

    private static String unescaped(String text) {
        return text.replace("&#42;", "*")
                .replace("&#47;", "/")
                .replace("&#64;", "@")
                .replace("&#92;", "\\")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
