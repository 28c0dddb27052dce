package dev.quilla.model.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML as JSON trees: the API knows only JSON, YAML is another spelling of it. */
public final class YamlCodec {

    private static final int ALIASES_MAX = 50;
    private static final int SIZE_MAX = 16 << 20;
    private static final int DEPTH_MAX = JsonTree.DEPTH_MAX;

    /** Aliases make much of little, so what they make is counted. */
    private static final int VALUES_MAX = 1_000_000;

    /**
     * Texts that readers of YAML 1.1, which most tools still are, take for something else:
     * booleans, numbers, times, merge keys, nothing.
     */
    private static final Pattern AMBIGUOUS =
            Pattern.compile(
                    "|[~=]|<<|(?i:y|n|yes|no|on|off|true|false|null)"
                            + "|[-+]?[0-9][0-9_,]*(:[0-5]?[0-9])*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?"
                            + "|[-+]?\\.[0-9_]+([eE][-+]?[0-9]+)?|[-+]?\\.(?i:inf|nan)"
                            + "|[-+]?0(x[0-9a-fA-F_]+|b[01_]+|o[0-7_]+)"
                            + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");

    private YamlCodec() {}

    /**
     * Reads all documents; empty ones are left out.
     *
     * @throws DecodeException if it is not valid YAML, or not a mapping
     */
    public static List<Map<String, @Nullable Object>> readAll(String yaml) {
        return read(yaml, false).trees();
    }

    /**
     * Documents of which keys may be there twice.
     *
     * @param duplicates the keys whose values were passed over for later ones, with their lines
     */
    public record Documents(List<Map<String, @Nullable Object>> trees, List<String> duplicates) {}

    /**
     * Reads all documents as {@link #readAll} does, but where a key is there twice takes the last.
     *
     * @throws DecodeException as for {@link #readAll}
     */
    public static Documents readLast(String yaml) {
        return read(yaml, true);
    }

    private static Documents read(String yaml, boolean duplicates) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setMaxAliasesForCollections(ALIASES_MAX)
                        .setCodePointLimit(SIZE_MAX)
                        .setAllowDuplicateKeys(duplicates)
                        .build();
        List<Map<String, @Nullable Object>> documents = new ArrayList<>();
        YamlKeys keys = new YamlKeys(DEPTH_MAX);
        try {
            new Parse(settings).parseString(yaml).forEach(keys::take);
            for (Object document : new Load(settings).loadAllFromString(yaml)) {
                if (document != null) {
                    // Through JSON, so that numbers and keys are what JSON would have made of them.
                    documents.add(
                            JsonTree.parseObject(JsonTree.write(new Expansion().of(document, 0))));
                }
            }
        } catch (YamlEngineException e) {
            throw new DecodeException("invalid YAML: " + words(e));
        }
        return new Documents(documents, keys.duplicates());
    }

    /** Writes texts so that no reader takes them for anything else. */
    private static final class Texts extends StandardRepresenter {

        Texts(DumpSettings settings) {
            super(settings);
        }

        @Override
        protected Node representScalar(Tag tag, String value, ScalarStyle style) {
            boolean quoted =
                    tag.equals(Tag.STR)
                            && style == ScalarStyle.PLAIN
                            && AMBIGUOUS.matcher(value).matches();
            return super.representScalar(tag, value, quoted ? ScalarStyle.DOUBLE_QUOTED : style);
        }
    }

    /** Writes a JSON tree as YAML that reads the same in YAML 1.1 and 1.2. */
    public static String write(@Nullable Object tree) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(10_000)
                        .build();
        return new Dump(settings, new Texts(settings)).dumpToString(tree);
    }

    static DecodeException tooDeep() {
        return new DecodeException("invalid YAML: it is nested more than " + DEPTH_MAX + " deep");
    }

    /** A document without aliases, as JSON would have it. Used once. */
    private static final class Expansion {
        private int values;

        @Nullable Object of(@Nullable Object value, int depth) {
            if (depth > DEPTH_MAX) {
                throw tooDeep();
            }
            if (++values > VALUES_MAX) {
                throw new DecodeException(
                        "invalid YAML: with its aliases it has more than "
                                + VALUES_MAX
                                + " values");
            }
            return switch (value) {
                case Map<?, ?> map -> {
                    Map<String, @Nullable Object> result = new java.util.LinkedHashMap<>();
                    map.forEach((k, v) -> result.put(String.valueOf(k), of(v, depth + 1)));
                    yield result;
                }
                case List<?> list -> {
                    List<@Nullable Object> result = new ArrayList<>();
                    list.forEach(item -> result.add(of(item, depth + 1)));
                    yield result;
                }
                case byte[] bytes -> java.util.Base64.getEncoder().encodeToString(bytes);
                case null -> null;
                default -> value;
            };
        }
    }

    /** The library reports a tag that does not fit its value as a failure of its own. */
    private static String words(YamlEngineException e) {
        return e.getCause() instanceof RuntimeException
                ? "a tag does not fit its value"
                : firstLine(e.getMessage());
    }

    private static String firstLine(@Nullable String message) {
        return Objects.requireNonNullElse(message, "syntax error")
                .lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .limit(2)
                .collect(java.util.stream.Collectors.joining(" "));
    }
}
