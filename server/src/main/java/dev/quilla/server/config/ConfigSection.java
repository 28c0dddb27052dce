package dev.quilla.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A mapping of a configuration file. Reading a key that is absent or of the wrong type notes an
 * error and goes on; {@link #finish} then reports all of them and every key that nobody read.
 */
public final class ConfigSection {

    private static final Pattern BYTES = Pattern.compile("([1-9]\\d{0,6})(Ki|Mi|Gi)");

    private final String source;
    private final String path;
    private final Map<?, ?> values;
    private final List<String> errors;
    private final Set<String> read = new HashSet<>();
    private final List<ConfigSection> children = new ArrayList<>();

    private ConfigSection(String source, String path, Map<?, ?> values, List<String> errors) {
        this.source = source;
        this.path = path;
        this.values = values;
        this.errors = errors;
    }

    /**
     * Reads a YAML file.
     *
     * @throws ConfigException if it can't be read or isn't a mapping
     */
    public static ConfigSection read(Path file) {
        try {
            Object document =
                    new Load(LoadSettings.builder().setLabel(file.toString()).build())
                            .loadFromString(Files.readString(file));
            if (document instanceof Map<?, ?> map) {
                return new ConfigSection(file.toString(), "", map, new ArrayList<>());
            }
            throw new ConfigException(file.toString(), List.of("must be a mapping of keys"));
        } catch (IOException e) {
            throw new ConfigException(file.toString(), List.of("can't be read: " + cause(e)));
        } catch (YamlEngineException e) {
            throw new ConfigException(
                    file.toString(), List.of("not valid YAML: " + firstLine(e.getMessage())));
        }
    }

    /** Whether a key is there. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** A required string. */
    public String string(String key) {
        return value(key, String.class, "a string").orElse("");
    }

    /** A string, or a default where the key is absent. */
    public String string(String key, String otherwise) {
        return values.containsKey(key) ? string(key) : absent(key, otherwise);
    }

    /** True or false, or a default where the key is absent. */
    public boolean flag(String key, boolean otherwise) {
        return values.containsKey(key)
                ? value(key, Boolean.class, "true or false").orElse(otherwise)
                : absent(key, otherwise);
    }

    /** A required path; a relative one is taken from the configuration file's folder. */
    public Path path(String key) {
        Path folder = Path.of(source).toAbsolutePath().getParent();
        return folder == null ? Path.of(string(key)) : folder.resolve(string(key));
    }

    /** A required TCP port. */
    public int port(String key) {
        int port = value(key, Integer.class, "a port from 1 to 65535").orElse(1);
        if (port < 1 || port > 65535) {
            error(key, "must be a port from 1 to 65535, is " + port);
        }
        return port;
    }

    /** A TCP port, or a default where the key is absent. */
    public int port(String key, int otherwise) {
        return values.containsKey(key) ? port(key) : absent(key, otherwise);
    }

    /** A required whole number from 0 to the given maximum. */
    public int count(String key, int max) {
        int count = value(key, Integer.class, "a whole number").orElse(0);
        if (count < 0 || count > max) {
            error(key, "must be a whole number from 0 to " + max + ", is " + count);
        }
        return count;
    }

    /** A duration such as {@code 500ms}, {@code 10s} or {@code 5m}, or a default. */
    public Duration duration(String key, Duration otherwise) {
        if (!values.containsKey(key)) {
            return absent(key, otherwise);
        }
        String text = string(key);
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            error(key, e.getMessage() == null ? "is no duration" : e.getMessage());
            return otherwise;
        }
    }

    /** A number of bytes such as {@code 512Mi} or {@code 2Gi}; empty where the key is absent. */
    public OptionalLong bytes(String key) {
        if (!values.containsKey(key)) {
            return absent(key, OptionalLong.empty());
        }
        String text = string(key);
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            error(key, "must be a size such as 512Mi or 2Gi, is '" + text + "'");
            return OptionalLong.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        return OptionalLong.of(
                switch (matcher.group(2)) {
                    case "Ki" -> amount << 10;
                    case "Mi" -> amount << 20;
                    default -> amount << 30;
                });
    }

    /** One of an enum's constants, written in lower case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        String text = string(key);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-').equals(text)) {
                return constant;
            }
        }
        error(key, "is not one of the known values: " + text);
        return type.getEnumConstants()[0];
    }

    /** A list of strings; empty where the key is absent. */
    public List<String> strings(String key) {
        List<String> result = new ArrayList<>();
        for (Object item : list(key)) {
            if (item instanceof String text) {
                result.add(text);
            } else {
                error(key, "must be a list of strings");
            }
        }
        return result;
    }

    /** A mapping of strings; empty where the key is absent. */
    public Map<String, String> stringMap(String key) {
        Map<String, String> result = new java.util.LinkedHashMap<>();
        if (values.containsKey(key)) {
            value(key, Map.class, "a mapping")
                    .ifPresent(map ->
                            ((Map<?, ?>) map)
                                    .forEach((k, v) ->
                                            result.put(String.valueOf(k), String.valueOf(v))));
        }
        return result;
    }

    /** A required mapping of its own. */
    public ConfigSection section(String key) {
        Map<?, ?> map = value(key, Map.class, "a mapping").orElse(Map.of());
        return child(path + key + ".", map);
    }

    /** A mapping of its own; empty where the key is absent. */
    public Optional<ConfigSection> sectionIfPresent(String key) {
        return values.containsKey(key) ? Optional.of(section(key)) : absent(key, Optional.empty());
    }

    /** A list of mappings, each read by the given function; empty where the key is absent. */
    public <T> List<T> sections(String key, Function<ConfigSection, T> read) {
        List<T> result = new ArrayList<>();
        int index = 0;
        for (Object item : list(key)) {
            if (item instanceof Map<?, ?> map) {
                result.add(read.apply(child(path + key + "[" + index + "].", map)));
            } else {
                error(key, "must be a list of mappings");
            }
            index++;
        }
        return result;
    }

    /** Notes an error of one key. */
    public void error(String key, String problem) {
        errors.add("key " + path + key + " " + problem);
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigException with all errors, unknown keys included, if there are any
     */
    public void finish() {
        noteUnknownKeys();
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
    }

    private void noteUnknownKeys() {
        for (Object key : values.keySet()) {
            if (!read.contains(String.valueOf(key))) {
                errors.add("key " + path + key + " is unknown: remove it or correct its spelling");
            }
        }
        children.forEach(ConfigSection::noteUnknownKeys);
    }

    private ConfigSection child(String childPath, Map<?, ?> map) {
        ConfigSection child = new ConfigSection(source, childPath, map, errors);
        children.add(child);
        return child;
    }

    private List<?> list(String key) {
        if (!values.containsKey(key)) {
            return absent(key, List.of());
        }
        return value(key, List.class, "a list").orElse(List.of());
    }

    private <T> T absent(String key, T otherwise) {
        read.add(key);
        return otherwise;
    }

    private <T> Optional<T> value(String key, Class<T> type, String description) {
        read.add(key);
        Object value = values.get(key);
        if (type.isInstance(value)) {
            return Optional.of(type.cast(value));
        }
        error(key, value == null ? "is missing: give " + description : "must be " + description);
        return Optional.empty();
    }

    private static String cause(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException
                ? "no such file"
                : firstLine(e.getMessage());
    }

    private static String firstLine(@org.jspecify.annotations.Nullable String message) {
        return message == null ? "unknown cause" : message.lines().findFirst().orElse("");
    }
}
