package dev.quilla.apiserver.encryption;

import dev.quilla.pki.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Root keys in a file: a line each, its id and its secret in base64. The first encrypts, all
 * decrypt. Only the file's owner may read it.
 */
public record KeyFile(Path path) {

    private static final String HEAD =
            """
            # Keys with which this cluster's masters encrypt values. The first encrypts, all decrypt.
            # Whoever loses this file loses what is encrypted. A backup does not hold it.
            """;

    private static final int KEYS_MAX = 64;

    /**
     * Reads it.
     *
     * @throws IOException with a message for people, if it is not there or can't be understood
     */
    public List<RootKey> read() throws IOException {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "the key file "
                            + path
                            + " is not there: put back the one that this cluster's values are"
                            + " encrypted with. For a new cluster make it on one master with quilla"
                            + " secrets new-key, and copy it to the others",
                    e);
        }
        List<RootKey> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                keys.add(key(stripped, number));
            }
        }
        if (keys.isEmpty()
                || keys.size() > KEYS_MAX
                || keys.stream().map(RootKey::id).distinct().count() < keys.size()) {
            throw new IOException(
                    "the key file %s must hold 1 to %d keys, each id once"
                            .formatted(path, KEYS_MAX));
        }
        return List.copyOf(keys);
    }

    private RootKey key(String line, int number) throws IOException {
        String[] words = line.split("\\s+");
        try {
            if (words.length == 2) {
                return RootKey.of(words[0], words[1]);
            }
            throw new IllegalArgumentException("it must be an id and a key in base64");
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the key file %s, line %d: %s".formatted(path, number, e.getMessage()), e);
        }
    }

    /** Writes it anew, all or nothing. */
    public void write(List<RootKey> keys) throws IOException {
        StringBuilder text = new StringBuilder(HEAD);
        keys.forEach(k -> text.append(k.id()).append(' ').append(k.base64()).append('\n'));
        PrivateFiles.writeSecret(path, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
