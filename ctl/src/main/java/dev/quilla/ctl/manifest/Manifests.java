package dev.quilla.ctl.manifest;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Console;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.YamlCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects in files: YAML or JSON, several documents, lists taken apart. */
public final class Manifests {

    private Manifests() {}

    /**
     * Reads files, directories and {@code -} (standard input), in this order.
     *
     * @param recursive whether to read directories in directories
     * @throws CommandException if one of them holds no object
     */
    public static List<Tree> read(List<String> names, boolean recursive, Console console)
            throws IOException {
        if (names.isEmpty()) {
            throw new UsageException("say what: -f FILE, -f DIRECTORY or -f - for standard input");
        }
        List<Tree> objects = new ArrayList<>();
        for (String name : names) {
            if (name.equals("-")) {
                String text = new String(console.in().readAllBytes(), StandardCharsets.UTF_8);
                add(text, "standard input", objects);
            } else {
                for (Path file : files(Path.of(name), recursive)) {
                    add(Files.readString(file), file.toString(), objects);
                }
            }
        }
        if (objects.isEmpty()) {
            throw new CommandException("no objects in " + String.join(", ", names));
        }
        return objects;
    }

    private static List<Path> files(Path path, boolean recursive) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> found = Files.walk(path, recursive ? Integer.MAX_VALUE : 1)) {
            return found.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*\\.(ya?ml|json)"))
                    .sorted()
                    .toList();
        }
    }

    private static void add(String text, String source, List<Tree> objects) {
        try {
            for (Map<String, Object> map : YamlCodec.readAll(text)) {
                add(new Tree(new LinkedHashMap<String, @Nullable Object>(map)), source, objects);
            }
        } catch (DecodeException e) {
            throw new CommandException(source + ": " + e.getMessage());
        }
    }

    private static void add(Tree object, String source, List<Tree> objects) {
        if (object.text("kind").isEmpty() || object.text("apiVersion").isEmpty()) {
            throw new CommandException(source + ": an object needs apiVersion and kind");
        }
        if (object.text("kind").endsWith("List") && object.at("items").isPresent()) {
            object.trees("items").forEach(item -> add(item, source, objects));
        } else {
            objects.add(object);
        }
    }
}
