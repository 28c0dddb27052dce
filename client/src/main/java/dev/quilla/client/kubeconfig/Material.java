package dev.quilla.client.kubeconfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A certificate, key or the like: in the kubeconfig itself, or in a file that it names. */
public sealed interface Material {

    /** Nothing. */
    record None() implements Material {}

    /** In the kubeconfig, base64 there. */
    record Embedded(String content) implements Material {}

    /** In a file, read when it is needed. */
    record InFile(Path file) implements Material {}

    /** Nothing at all. */
    Material NONE = new None();

    static Material read(Node node, String field, Path directory) {
        String data = node.text(field + "-data");
        if (!data.isEmpty()) {
            try {
                byte[] pem = Base64.getMimeDecoder().decode(data);
                return new Embedded(new String(pem, StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException e) {
                throw new KubeconfigException(field + "-data is not base64");
            }
        }
        String file = node.text(field);
        return file.isEmpty() ? NONE : new InFile(directory.resolve(file));
    }

    /** Adds it to a tree, as data or as the name of a file. */
    default void write(Map<String, Object> tree, String field) {
        switch (this) {
            case None ignored -> {}
            case Embedded(String content) ->
                    tree.put(
                            field + "-data",
                            Base64.getEncoder()
                                    .encodeToString(content.getBytes(StandardCharsets.US_ASCII)));
            case InFile(Path file) -> tree.put(field, file.toString());
        }
    }

    /**
     * Its PEM text, if there is any.
     *
     * @throws KubeconfigException if the file can't be read
     */
    default Optional<String> pem() {
        return switch (this) {
            case None ignored -> Optional.empty();
            case Embedded(String content) -> Optional.of(content);
            case InFile(Path file) -> {
                try {
                    yield Optional.of(Files.readString(file));
                } catch (IOException e) {
                    throw new KubeconfigException("can't read " + file + ": " + e.getMessage());
                }
            }
        };
    }
}
